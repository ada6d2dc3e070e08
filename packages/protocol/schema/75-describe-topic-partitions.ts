import type { ApiSchema } from './types.ts'

export const describeTopicPartitions: ApiSchema = {
  key: 75,
  name: 'DescribeTopicPartitions',
  about: '',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]TopicRequest',
        versions: '0+',
        fields: [{ name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' }]
      },
      { name: 'ResponsePartitionLimit', type: 'int32', versions: '0+', default: 2000 },
      {
        name: 'Cursor',
        type: 'Cursor',
        versions: '0+',
        nullable: '0+',
        default: null,
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'PartitionIndex', type: 'int32', versions: '0+' }
        ]
      }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+', ignorable: true },
      {
        name: 'Topics',
        type: '[]DescribeTopicPartitionsResponseTopic',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          {
            name: 'Name',
            type: 'string',
            versions: '0+',
            nullable: '0+',
            entityType: 'topicName',
            mapKey: true
          },
          { name: 'TopicId', type: 'uuid', versions: '0+', ignorable: true },
          { name: 'IsInternal', type: 'bool', versions: '0+', default: false, ignorable: true },
          {
            name: 'Partitions',
            type: '[]DescribeTopicPartitionsResponsePartition',
            versions: '0+',
            fields: [
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'LeaderId', type: 'int32', versions: '0+', entityType: 'brokerId' },
              { name: 'LeaderEpoch', type: 'int32', versions: '0+', default: -1, ignorable: true },
              { name: 'ReplicaNodes', type: '[]int32', versions: '0+', entityType: 'brokerId' },
              { name: 'IsrNodes', type: '[]int32', versions: '0+', entityType: 'brokerId' },
              {
                name: 'EligibleLeaderReplicas',
                type: '[]int32',
                versions: '0+',
                nullable: '0+',
                default: null,
                entityType: 'brokerId'
              },
              {
                name: 'LastKnownElr',
                type: '[]int32',
                versions: '0+',
                nullable: '0+',
                default: null,
                entityType: 'brokerId'
              },
              {
                name: 'OfflineReplicas',
                type: '[]int32',
                versions: '0+',
                ignorable: true,
                entityType: 'brokerId'
              }
            ]
          },
          { name: 'TopicAuthorizedOperations', type: 'int32', versions: '0+', default: -2147483648 }
        ]
      },
      {
        name: 'NextCursor',
        type: 'Cursor',
        versions: '0+',
        nullable: '0+',
        default: null,
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'PartitionIndex', type: 'int32', versions: '0+' }
        ]
      }
    ]
  }
}
