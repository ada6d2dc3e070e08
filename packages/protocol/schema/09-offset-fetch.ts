import type { ApiSchema } from './types.ts'

export const offsetFetch: ApiSchema = {
  key: 9,
  name: 'OffsetFetch',
  about: '',
  listeners: ['broker'],
  versions: '1-10',
  flexible: '6+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0-7', entityType: 'groupId' },
      {
        name: 'Topics',
        type: '[]OffsetFetchRequestTopic',
        versions: '0-7',
        nullable: '2-7',
        fields: [
          { name: 'Name', type: 'string', versions: '0-7', entityType: 'topicName' },
          { name: 'PartitionIndexes', type: '[]int32', versions: '0-7' }
        ]
      },
      {
        name: 'Groups',
        type: '[]OffsetFetchRequestGroup',
        versions: '8+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '8+', entityType: 'groupId' },
          {
            name: 'MemberId',
            type: 'string',
            versions: '9+',
            nullable: '9+',
            default: null,
            ignorable: true
          },
          { name: 'MemberEpoch', type: 'int32', versions: '9+', default: -1, ignorable: true },
          {
            name: 'Topics',
            type: '[]OffsetFetchRequestTopics',
            versions: '8+',
            nullable: '8+',
            fields: [
              { name: 'Name', type: 'string', versions: '8-9', ignorable: true, entityType: 'topicName' },
              { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
              { name: 'PartitionIndexes', type: '[]int32', versions: '8+' }
            ]
          }
        ]
      },
      { name: 'RequireStable', type: 'bool', versions: '7+', default: false }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '3+', ignorable: true },
      {
        name: 'Topics',
        type: '[]OffsetFetchResponseTopic',
        versions: '0-7',
        fields: [
          { name: 'Name', type: 'string', versions: '0-7', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]OffsetFetchResponsePartition',
            versions: '0-7',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0-7' },
              { name: 'CommittedOffset', type: 'int64', versions: '0-7' },
              { name: 'CommittedLeaderEpoch', type: 'int32', versions: '5-7', default: -1, ignorable: true },
              { name: 'Metadata', type: 'string', versions: '0-7', nullable: '0-7' },
              { name: 'ErrorCode', type: 'int16', versions: '0-7' }
            ]
          }
        ]
      },
      { name: 'ErrorCode', type: 'int16', versions: '2-7', default: 0, ignorable: true },
      {
        name: 'Groups',
        type: '[]OffsetFetchResponseGroup',
        versions: '8+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '8+', entityType: 'groupId' },
          {
            name: 'Topics',
            type: '[]OffsetFetchResponseTopics',
            versions: '8+',
            fields: [
              { name: 'Name', type: 'string', versions: '8-9', ignorable: true, entityType: 'topicName' },
              { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
              {
                name: 'Partitions',
                type: '[]OffsetFetchResponsePartitions',
                versions: '8+',
                fields: [
                  { name: 'PartitionIndex', type: 'int32', versions: '8+' },
                  { name: 'CommittedOffset', type: 'int64', versions: '8+' },
                  {
                    name: 'CommittedLeaderEpoch',
                    type: 'int32',
                    versions: '8+',
                    default: -1,
                    ignorable: true
                  },
                  { name: 'Metadata', type: 'string', versions: '8+', nullable: '8+' },
                  { name: 'ErrorCode', type: 'int16', versions: '8+' }
                ]
              }
            ]
          },
          { name: 'ErrorCode', type: 'int16', versions: '8+', default: 0 }
        ]
      }
    ]
  }
}
