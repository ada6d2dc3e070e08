import type { ApiSchema } from './types.ts'

export const listOffsets: ApiSchema = {
  key: 2,
  name: 'ListOffsets',
  about: 'Finds offsets by timestamp or by one of several negative marks.',
  listeners: ['broker'],
  versions: '1-11',
  flexible: '6+',
  request: {
    fields: [
      {
        name: 'ReplicaId',
        type: 'int32',
        versions: '0+',
        entityType: 'brokerId',
        about: '-1 for a consumer; -2 is a debugging client that may ask a follower.'
      },
      {
        name: 'IsolationLevel',
        type: 'int8',
        versions: '2+',
        about: 'With 1 the latest offset is the last stable one.'
      },
      {
        name: 'Topics',
        type: '[]ListOffsetsTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]ListOffsetsPartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'CurrentLeaderEpoch',
                type: 'int32',
                versions: '4+',
                default: -1,
                ignorable: true,
                about:
                  'The leader epoch that the client believes in, or -1; an older one is fenced, a newer one is unknown here (KIP-320).'
              },
              {
                name: 'Timestamp',
                type: 'int64',
                versions: '0+',
                about:
                  '-1 latest, -2 earliest, -3 offset of the largest timestamp (v7), -4 earliest local (v8), -5 latest tiered (v9), -6 earliest not yet uploaded (v11).'
              }
            ]
          }
        ]
      },
      {
        name: 'TimeoutMs',
        type: 'int32',
        versions: '10+',
        ignorable: true,
        about: 'How long a lookup in tiered storage may take.'
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '2+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Topics',
        type: '[]ListOffsetsTopicResponse',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]ListOffsetsPartitionResponse',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              {
                name: 'Timestamp',
                type: 'int64',
                versions: '1+',
                default: -1,
                about: 'Of the record found; -1 for the negative marks except -3, and when nothing was found.'
              },
              {
                name: 'Offset',
                type: 'int64',
                versions: '1+',
                default: -1,
                about: '-1 when no record is that young, without an error.'
              },
              { name: 'LeaderEpoch', type: 'int32', versions: '4+', default: -1 }
            ]
          }
        ]
      }
    ]
  }
}
