import type { ApiSchema } from './types.ts'

export const fetch: ApiSchema = {
  key: 1,
  name: 'Fetch',
  about:
    'Reads batches, for consumers and followers alike, with long polling and incremental sessions (KIP-227).',
  listeners: ['broker', 'controller'],
  versions: '4-18',
  flexible: '12+',
  request: {
    fields: [
      {
        name: 'ClusterId',
        type: 'string',
        versions: '12+',
        nullable: '12+',
        tag: 0,
        tagged: '12+',
        default: null,
        ignorable: true,
        about: "Only the controllers' own log checks it; consumers leave it out."
      },
      {
        name: 'ReplicaId',
        type: 'int32',
        versions: '0-14',
        default: -1,
        entityType: 'brokerId',
        about: '-1 for a consumer. Followers moved to ReplicaState in version 15.'
      },
      {
        name: 'ReplicaState',
        type: 'ReplicaState',
        versions: '15+',
        tag: 1,
        tagged: '15+',
        fields: [
          { name: 'ReplicaId', type: 'int32', versions: '15+', default: -1, entityType: 'brokerId' },
          {
            name: 'ReplicaEpoch',
            type: 'int64',
            versions: '15+',
            default: -1,
            about: 'The broker epoch of the follower, so that a zombie does not count as in sync (KIP-903).'
          }
        ]
      },
      { name: 'MaxWaitMs', type: 'int32', versions: '0+' },
      {
        name: 'MinBytes',
        type: 'int32',
        versions: '0+',
        about: 'The answer waits until this much is there or MaxWaitMs is over; 0 and 1 differ.'
      },
      {
        name: 'MaxBytes',
        type: 'int32',
        versions: '3+',
        default: 2147483647,
        ignorable: true,
        about: 'A soft limit: the first batch of the first non-empty partition comes whole, however large.'
      },
      {
        name: 'IsolationLevel',
        type: 'int8',
        versions: '4+',
        default: 0,
        ignorable: true,
        about:
          '0 reads to the high watermark, 1 to the last stable offset and wants the aborted transactions.'
      },
      {
        name: 'SessionId',
        type: 'int32',
        versions: '7+',
        default: 0,
        ignorable: true,
        about: '0 when the client has no session yet.'
      },
      {
        name: 'SessionEpoch',
        type: 'int32',
        versions: '7+',
        default: -1,
        ignorable: true,
        about:
          '0 asks for a new session with a full fetch, -1 ends the session or wants none, else it counts up.'
      },
      {
        name: 'Topics',
        type: '[]FetchTopic',
        versions: '0+',
        about: 'Within a session only the partitions that changed. They are served in this order.',
        fields: [
          { name: 'Topic', type: 'string', versions: '0-12', ignorable: true, entityType: 'topicName' },
          { name: 'TopicId', type: 'uuid', versions: '13+', ignorable: true },
          {
            name: 'Partitions',
            type: '[]FetchPartition',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              {
                name: 'CurrentLeaderEpoch',
                type: 'int32',
                versions: '9+',
                default: -1,
                ignorable: true,
                about:
                  'The leader epoch that the client believes in, or -1; an older one is fenced, a newer one is unknown here (KIP-320).'
              },
              { name: 'FetchOffset', type: 'int64', versions: '0+' },
              {
                name: 'LastFetchedEpoch',
                type: 'int32',
                versions: '12+',
                default: -1,
                about:
                  "The epoch of the follower's last record; when it diverges from ours the answer says where to cut."
              },
              {
                name: 'LogStartOffset',
                type: 'int64',
                versions: '5+',
                default: -1,
                ignorable: true,
                about: 'Sent by followers; consumers send -1.'
              },
              {
                name: 'PartitionMaxBytes',
                type: 'int32',
                versions: '0+',
                about: 'A soft limit too, as MaxBytes is.'
              },
              {
                name: 'ReplicaDirectoryId',
                type: 'uuid',
                versions: '17+',
                tag: 0,
                tagged: '17+',
                ignorable: true
              },
              {
                name: 'HighWatermark',
                type: 'int64',
                versions: '18+',
                tag: 1,
                tagged: '18+',
                default: '9223372036854775807',
                ignorable: true,
                about: 'What the follower knows; the largest int64 when it does not take part (KIP-1166).'
              }
            ]
          }
        ]
      },
      {
        name: 'ForgottenTopicsData',
        type: '[]ForgottenTopic',
        versions: '7+',
        about: 'Partitions that leave the session.',
        fields: [
          { name: 'Topic', type: 'string', versions: '7-12', ignorable: true, entityType: 'topicName' },
          { name: 'TopicId', type: 'uuid', versions: '13+', ignorable: true },
          { name: 'Partitions', type: '[]int32', versions: '7+' }
        ]
      },
      {
        name: 'RackId',
        type: 'string',
        versions: '11+',
        default: '',
        ignorable: true,
        about: 'Lets the broker name a nearer replica to read from (KIP-392).'
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '1+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'ErrorCode',
        type: 'int16',
        versions: '7+',
        ignorable: true,
        about: 'Concerns the session; errors of partitions stand with them.'
      },
      {
        name: 'SessionId',
        type: 'int32',
        versions: '7+',
        default: 0,
        about: '0 when no session was made, which is always allowed.'
      },
      {
        name: 'Responses',
        type: '[]FetchableTopicResponse',
        versions: '0+',
        about: 'In an incremental session only partitions with news.',
        fields: [
          { name: 'Topic', type: 'string', versions: '0-12', ignorable: true, entityType: 'topicName' },
          { name: 'TopicId', type: 'uuid', versions: '13+', ignorable: true },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              {
                name: 'HighWatermark',
                type: 'int64',
                versions: '0+',
                about: 'The end of what is committed; -1 on errors.'
              },
              {
                name: 'LastStableOffset',
                type: 'int64',
                versions: '4+',
                default: -1,
                ignorable: true,
                about: 'The start of the earliest open transaction, or the high watermark without one.'
              },
              { name: 'LogStartOffset', type: 'int64', versions: '5+', default: -1, ignorable: true },
              {
                name: 'DivergingEpoch',
                type: 'EpochEndOffset',
                versions: '12+',
                tag: 0,
                tagged: '12+',
                about: 'Tells a follower where its log parts from ours.',
                fields: [
                  { name: 'Epoch', type: 'int32', versions: '12+', default: -1 },
                  { name: 'EndOffset', type: 'int64', versions: '12+', default: -1 }
                ]
              },
              {
                name: 'CurrentLeader',
                type: 'LeaderIdAndEpoch',
                versions: '12+',
                tag: 1,
                tagged: '12+',
                fields: [
                  { name: 'LeaderId', type: 'int32', versions: '12+', default: -1, entityType: 'brokerId' },
                  { name: 'LeaderEpoch', type: 'int32', versions: '12+', default: -1 }
                ]
              },
              {
                name: 'SnapshotId',
                type: 'SnapshotId',
                versions: '12+',
                tag: 2,
                tagged: '12+',
                about: "Only the controllers' own log: fetch a snapshot instead.",
                fields: [
                  { name: 'EndOffset', type: 'int64', versions: '0+', default: -1 },
                  { name: 'Epoch', type: 'int32', versions: '0+', default: -1 }
                ]
              },
              {
                name: 'AbortedTransactions',
                type: '[]AbortedTransaction',
                versions: '4+',
                nullable: '4+',
                ignorable: true,
                about: 'Those that overlap the records, for read-committed consumers; null for others.',
                fields: [
                  { name: 'ProducerId', type: 'int64', versions: '4+', entityType: 'producerId' },
                  {
                    name: 'FirstOffset',
                    type: 'int64',
                    versions: '4+',
                    about: 'Of the transaction; it may lie below the records that are returned.'
                  }
                ]
              },
              {
                name: 'PreferredReadReplica',
                type: 'int32',
                versions: '11+',
                default: -1,
                entityType: 'brokerId',
                about: 'The broker to read from next, or -1; then Records is empty.'
              },
              {
                name: 'Records',
                type: 'records',
                versions: '0+',
                nullable: '0+',
                about: 'Whole batches, the first of which may begin below the offset asked for.'
              }
            ]
          }
        ]
      },
      {
        name: 'NodeEndpoints',
        type: '[]NodeEndpoint',
        versions: '16+',
        tag: 0,
        tagged: '16+',
        about:
          'Addresses of the leaders that the partitions name, so that the client need not ask for metadata again (KIP-951).',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '16+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '16+' },
          { name: 'Port', type: 'int32', versions: '16+' },
          {
            name: 'Rack',
            type: 'string',
            versions: '16+',
            nullable: '16+',
            default: null,
            about: 'Null when the broker has none configured.'
          }
        ]
      }
    ]
  }
}
