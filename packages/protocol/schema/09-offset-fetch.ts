import type { ApiSchema } from './types.ts'

export const offsetFetch: ApiSchema = {
  key: 9,
  name: 'OffsetFetch',
  about: "Reads back a group's positions, of several groups at once from version 8 on.",
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
        about: 'Null asks for everything the group has committed.',
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
          {
            name: 'MemberEpoch',
            type: 'int32',
            versions: '9+',
            default: -1,
            ignorable: true,
            about: 'Checked for KIP-848 groups only; -1 skips the check.'
          },
          {
            name: 'Topics',
            type: '[]OffsetFetchRequestTopics',
            versions: '8+',
            nullable: '8+',
            about: 'Null asks for everything the group has committed.',
            fields: [
              { name: 'Name', type: 'string', versions: '8-9', ignorable: true, entityType: 'topicName' },
              { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
              { name: 'PartitionIndexes', type: '[]int32', versions: '8+' }
            ]
          }
        ]
      },
      {
        name: 'RequireStable',
        type: 'bool',
        versions: '7+',
        default: false,
        about: 'Refuse with UNSTABLE_OFFSET_COMMIT while a transaction has offsets pending (KIP-447).'
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
              {
                name: 'CommittedOffset',
                type: 'int64',
                versions: '0-7',
                about: '-1 without an error when nothing was committed.'
              },
              {
                name: 'CommittedLeaderEpoch',
                type: 'int32',
                versions: '5-7',
                default: -1,
                ignorable: true,
                about:
                  'The leader epoch of the last consumed record, or -1; kept with the offset so that truncation can be noticed.'
              },
              { name: 'Metadata', type: 'string', versions: '0-7', nullable: '0-7' },
              { name: 'ErrorCode', type: 'int16', versions: '0-7' }
            ]
          }
        ]
      },
      {
        name: 'ErrorCode',
        type: 'int16',
        versions: '2-7',
        default: 0,
        ignorable: true,
        about: 'Of the group, from version 2 on; before that each partition carries it.'
      },
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
                  {
                    name: 'CommittedOffset',
                    type: 'int64',
                    versions: '8+',
                    about: '-1 without an error when nothing was committed.'
                  },
                  {
                    name: 'CommittedLeaderEpoch',
                    type: 'int32',
                    versions: '8+',
                    default: -1,
                    ignorable: true,
                    about:
                      'The leader epoch of the last consumed record, or -1; kept with the offset so that truncation can be noticed.'
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
