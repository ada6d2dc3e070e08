import type { ApiSchema } from './types.ts'

export const describeTopicPartitions: ApiSchema = {
  key: 75,
  name: 'DescribeTopicPartitions',
  about: 'Metadata in pages, with the eligible leader replicas (KIP-966).',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]TopicRequest',
        versions: '0+',
        about: 'Empty asks for all; topics are answered in the order of their names.',
        fields: [{ name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' }]
      },
      {
        name: 'ResponsePartitionLimit',
        type: 'int32',
        versions: '0+',
        default: 2000,
        about: 'The broker has a limit of its own, and the smaller one counts.'
      },
      {
        name: 'Cursor',
        type: 'Cursor',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Where to go on: this topic and partition come first.',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'PartitionIndex', type: 'int32', versions: '0+' }
        ]
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
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
                entityType: 'brokerId',
                about: 'Out of sync, yet certain to hold everything committed.'
              },
              {
                name: 'LastKnownElr',
                type: '[]int32',
                versions: '0+',
                nullable: '0+',
                default: null,
                entityType: 'brokerId',
                about: 'Who led or could have led last, when nobody can now.'
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
          {
            name: 'TopicAuthorizedOperations',
            type: 'int32',
            versions: '0+',
            default: -2147483648,
            about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
          }
        ]
      },
      {
        name: 'NextCursor',
        type: 'Cursor',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Where the client goes on; null at the end.',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'PartitionIndex', type: 'int32', versions: '0+' }
        ]
      }
    ]
  }
}
