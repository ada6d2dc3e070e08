import type { ApiSchema } from './types.ts'

export const metadata: ApiSchema = {
  key: 3,
  name: 'Metadata',
  about: '',
  listeners: ['broker'],
  versions: '0-13',
  flexible: '9+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]MetadataRequestTopic',
        versions: '0+',
        nullable: '1+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
          { name: 'Name', type: 'string', versions: '0+', nullable: '10+', entityType: 'topicName' }
        ]
      },
      { name: 'AllowAutoTopicCreation', type: 'bool', versions: '4+', default: true },
      { name: 'IncludeClusterAuthorizedOperations', type: 'bool', versions: '8-10' },
      { name: 'IncludeTopicAuthorizedOperations', type: 'bool', versions: '8+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '3+', ignorable: true },
      {
        name: 'Brokers',
        type: '[]MetadataResponseBroker',
        versions: '0+',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '0+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'int32', versions: '0+' },
          { name: 'Rack', type: 'string', versions: '1+', nullable: '1+', default: null, ignorable: true }
        ]
      },
      { name: 'ClusterId', type: 'string', versions: '2+', nullable: '2+', default: null, ignorable: true },
      {
        name: 'ControllerId',
        type: 'int32',
        versions: '1+',
        default: -1,
        ignorable: true,
        entityType: 'brokerId'
      },
      {
        name: 'Topics',
        type: '[]MetadataResponseTopic',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          {
            name: 'Name',
            type: 'string',
            versions: '0+',
            nullable: '12+',
            entityType: 'topicName',
            mapKey: true
          },
          { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
          { name: 'IsInternal', type: 'bool', versions: '1+', default: false, ignorable: true },
          {
            name: 'Partitions',
            type: '[]MetadataResponsePartition',
            versions: '0+',
            fields: [
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'LeaderId', type: 'int32', versions: '0+', entityType: 'brokerId' },
              { name: 'LeaderEpoch', type: 'int32', versions: '7+', default: -1, ignorable: true },
              { name: 'ReplicaNodes', type: '[]int32', versions: '0+', entityType: 'brokerId' },
              { name: 'IsrNodes', type: '[]int32', versions: '0+', entityType: 'brokerId' },
              {
                name: 'OfflineReplicas',
                type: '[]int32',
                versions: '5+',
                ignorable: true,
                entityType: 'brokerId'
              }
            ]
          },
          { name: 'TopicAuthorizedOperations', type: 'int32', versions: '8+', default: -2147483648 }
        ]
      },
      { name: 'ClusterAuthorizedOperations', type: 'int32', versions: '8-10', default: -2147483648 },
      { name: 'ErrorCode', type: 'int16', versions: '13+', ignorable: true }
    ]
  }
}
