import type { ApiSchema } from './types.ts'

export const metadata: ApiSchema = {
  key: 3,
  name: 'Metadata',
  about: 'Tells clients brokers, topics and leaders, and creates topics on the way when both sides allow it.',
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
        about:
          'Null asks for all topics, an empty list for none. Version 0 has no null: there empty means all.',
        fields: [
          {
            name: 'TopicId',
            type: 'uuid',
            versions: '10+',
            ignorable: true,
            about: 'The zero id when the topic is asked for by name.'
          },
          {
            name: 'Name',
            type: 'string',
            versions: '0+',
            nullable: '10+',
            entityType: 'topicName',
            about: 'Null when the topic is asked for by id, from version 12 on.'
          }
        ]
      },
      {
        name: 'AllowAutoTopicCreation',
        type: 'bool',
        versions: '4+',
        default: true,
        about: "Versions below 4 cannot say no; the broker's own setting decides as well."
      },
      {
        name: 'IncludeClusterAuthorizedOperations',
        type: 'bool',
        versions: '8-10',
        about: 'Costs an authorization check per operation, so it is off unless asked for.'
      },
      {
        name: 'IncludeTopicAuthorizedOperations',
        type: 'bool',
        versions: '8+',
        about: 'Costs an authorization check per operation and topic, so it is off unless asked for.'
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '3+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Brokers',
        type: '[]MetadataResponseBroker',
        versions: '0+',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '0+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'int32', versions: '0+' },
          {
            name: 'Rack',
            type: 'string',
            versions: '1+',
            nullable: '1+',
            default: null,
            ignorable: true,
            about: 'Null when the broker has none configured.'
          }
        ]
      },
      { name: 'ClusterId', type: 'string', versions: '2+', nullable: '2+', default: null, ignorable: true },
      {
        name: 'ControllerId',
        type: 'int32',
        versions: '1+',
        default: -1,
        ignorable: true,
        entityType: 'brokerId',
        about: "In KRaft any live broker, since clients send the controller's work to whatever stands here."
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
            mapKey: true,
            about: 'Null when a topic asked for by id is unknown.'
          },
          { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
          {
            name: 'IsInternal',
            type: 'bool',
            versions: '1+',
            default: false,
            ignorable: true,
            about: 'True for the topics in which coordinators keep their state.'
          },
          {
            name: 'Partitions',
            type: '[]MetadataResponsePartition',
            versions: '0+',
            fields: [
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'LeaderId',
                type: 'int32',
                versions: '0+',
                entityType: 'brokerId',
                about: '-1 when there is none; then the error says so too.'
              },
              { name: 'LeaderEpoch', type: 'int32', versions: '7+', default: -1, ignorable: true },
              { name: 'ReplicaNodes', type: '[]int32', versions: '0+', entityType: 'brokerId' },
              {
                name: 'IsrNodes',
                type: '[]int32',
                versions: '0+',
                entityType: 'brokerId',
                about: 'In no particular order.'
              },
              {
                name: 'OfflineReplicas',
                type: '[]int32',
                versions: '5+',
                ignorable: true,
                entityType: 'brokerId',
                about: 'Replicas on brokers or disks that are down.'
              }
            ]
          },
          {
            name: 'TopicAuthorizedOperations',
            type: 'int32',
            versions: '8+',
            default: -2147483648,
            about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
          }
        ]
      },
      {
        name: 'ClusterAuthorizedOperations',
        type: 'int32',
        versions: '8-10',
        default: -2147483648,
        about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
      },
      {
        name: 'ErrorCode',
        type: 'int16',
        versions: '13+',
        ignorable: true,
        about: 'Of the request as a whole, such as REBOOTSTRAP_REQUIRED (KIP-1102).'
      }
    ]
  }
}
