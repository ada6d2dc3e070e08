import type { ApiSchema } from './types.ts'

export const offsetForLeaderEpoch: ApiSchema = {
  key: 23,
  name: 'OffsetForLeaderEpoch',
  about:
    "Tells where an epoch ended in the leader's log, so that a reader can find where it diverges (KIP-320).",
  listeners: ['broker'],
  versions: '2-4',
  flexible: '4+',
  request: {
    fields: [
      {
        name: 'ReplicaId',
        type: 'int32',
        versions: '3+',
        default: -2,
        ignorable: true,
        entityType: 'brokerId',
        about: '-1 for a consumer, -2 for one that may ask a follower.'
      },
      {
        name: 'Topics',
        type: '[]OffsetForLeaderTopic',
        versions: '0+',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'Partitions',
            type: '[]OffsetForLeaderPartition',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              {
                name: 'CurrentLeaderEpoch',
                type: 'int32',
                versions: '2+',
                default: -1,
                ignorable: true,
                about:
                  'The leader epoch that the client believes in, or -1; an older one is fenced, a newer one is unknown here (KIP-320).'
              },
              { name: 'LeaderEpoch', type: 'int32', versions: '0+', about: 'The epoch whose end is wanted.' }
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
        versions: '2+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Topics',
        type: '[]OffsetForLeaderTopicResult',
        versions: '0+',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'Partitions',
            type: '[]EpochEndOffset',
            versions: '0+',
            fields: [
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'Partition', type: 'int32', versions: '0+' },
              {
                name: 'LeaderEpoch',
                type: 'int32',
                versions: '1+',
                default: -1,
                ignorable: true,
                about: 'The largest known epoch not above the one asked for, or -1.'
              },
              {
                name: 'EndOffset',
                type: 'int64',
                versions: '0+',
                default: -1,
                about: 'The first offset after that epoch, or -1.'
              }
            ]
          }
        ]
      }
    ]
  }
}
