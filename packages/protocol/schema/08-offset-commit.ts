import type { ApiSchema } from './types.ts'

export const offsetCommit: ApiSchema = {
  key: 8,
  name: 'OffsetCommit',
  about:
    "Stores a group's positions. It serves classic groups, KIP-848 groups and clients that assign partitions themselves.",
  listeners: ['broker'],
  versions: '2-10',
  flexible: '8+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      {
        name: 'GenerationIdOrMemberEpoch',
        type: 'int32',
        versions: '1+',
        default: -1,
        ignorable: true,
        about:
          '-1 with an empty member id is a client without a group membership; allowed while the group is empty.'
      },
      { name: 'MemberId', type: 'string', versions: '1+', ignorable: true },
      {
        name: 'GroupInstanceId',
        type: 'string',
        versions: '7+',
        nullable: '7+',
        default: null,
        about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
      },
      {
        name: 'RetentionTimeMs',
        type: 'int64',
        versions: '2-4',
        default: -1,
        ignorable: true,
        about: "Gone since version 5: the broker's setting counts, from the moment the group is empty."
      },
      {
        name: 'Topics',
        type: '[]OffsetCommitRequestTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0-9', ignorable: true, entityType: 'topicName' },
          { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
          {
            name: 'Partitions',
            type: '[]OffsetCommitRequestPartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'CommittedOffset',
                type: 'int64',
                versions: '0+',
                about: 'The next offset to read, not the last one read.'
              },
              {
                name: 'CommittedLeaderEpoch',
                type: 'int32',
                versions: '6+',
                default: -1,
                ignorable: true,
                about:
                  'The leader epoch of the last consumed record, or -1; kept with the offset so that truncation can be noticed.'
              },
              {
                name: 'CommittedMetadata',
                type: 'string',
                versions: '0+',
                nullable: '0+',
                about:
                  'Free text of the client, limited by offset.metadata.max.bytes; null is stored as an empty text.'
              }
            ]
          }
        ]
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
        type: '[]OffsetCommitResponseTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0-9', ignorable: true, entityType: 'topicName' },
          { name: 'TopicId', type: 'uuid', versions: '10+', ignorable: true },
          {
            name: 'Partitions',
            type: '[]OffsetCommitResponsePartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
