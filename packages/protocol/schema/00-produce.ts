import type { ApiSchema } from './types.ts'

export const produce: ApiSchema = {
  key: 0,
  name: 'Produce',
  about:
    'Appends record batches to partitions. Advertised from version 0 because librdkafka turns compression off otherwise, and refused below 3.',
  listeners: ['broker'],
  versions: '3-13',
  flexible: '9+',
  request: {
    fields: [
      {
        name: 'TransactionalId',
        type: 'string',
        versions: '3+',
        nullable: '3+',
        default: null,
        entityType: 'transactionalId',
        about: 'Null unless the producer is transactional; a batch in a transaction without it is refused.'
      },
      {
        name: 'Acks',
        type: 'int16',
        versions: '0+',
        about:
          "0 wants no answer at all, 1 the leader's disk, -1 that of all in-sync replicas; nothing else is valid."
      },
      {
        name: 'TimeoutMs',
        type: 'int32',
        versions: '0+',
        about: 'How long the leader may wait for replicas; the time in queues before does not count.'
      },
      {
        name: 'TopicData',
        type: '[]TopicProduceData',
        versions: '0+',
        fields: [
          {
            name: 'Name',
            type: 'string',
            versions: '0-12',
            ignorable: true,
            entityType: 'topicName',
            mapKey: true
          },
          {
            name: 'TopicId',
            type: 'uuid',
            versions: '13+',
            ignorable: true,
            mapKey: true,
            about:
              'Replaces the name, so that a producer cannot write into a topic recreated under its old name.'
          },
          {
            name: 'PartitionData',
            type: '[]PartitionProduceData',
            versions: '0+',
            fields: [
              { name: 'Index', type: 'int32', versions: '0+' },
              {
                name: 'Records',
                type: 'records',
                versions: '0+',
                nullable: '0+',
                about: 'Exactly one batch of format version 2 per partition; others are refused.'
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
        name: 'Responses',
        type: '[]TopicProduceResponse',
        versions: '0+',
        fields: [
          {
            name: 'Name',
            type: 'string',
            versions: '0-12',
            ignorable: true,
            entityType: 'topicName',
            mapKey: true
          },
          { name: 'TopicId', type: 'uuid', versions: '13+', ignorable: true, mapKey: true },
          {
            name: 'PartitionResponses',
            type: '[]PartitionProduceResponse',
            versions: '0+',
            fields: [
              { name: 'Index', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              {
                name: 'BaseOffset',
                type: 'int64',
                versions: '0+',
                about:
                  'The offset of the first record; for a duplicate that of the first attempt; -1 on errors.'
              },
              {
                name: 'LogAppendTimeMs',
                type: 'int64',
                versions: '2+',
                default: -1,
                ignorable: true,
                about: "The broker's time for topics that stamp on append, else -1."
              },
              {
                name: 'LogStartOffset',
                type: 'int64',
                versions: '5+',
                default: -1,
                ignorable: true,
                about: 'Lets an idempotent producer tell retention from loss.'
              },
              {
                name: 'RecordErrors',
                type: '[]BatchIndexAndErrorMessage',
                versions: '8+',
                ignorable: true,
                about: 'The records that made the broker refuse the whole batch (KIP-467).',
                fields: [
                  {
                    name: 'BatchIndex',
                    type: 'int32',
                    versions: '8+',
                    about: 'Counts records within the batch, from 0.'
                  },
                  {
                    name: 'BatchIndexErrorMessage',
                    type: 'string',
                    versions: '8+',
                    nullable: '8+',
                    default: null
                  }
                ]
              },
              {
                name: 'ErrorMessage',
                type: 'string',
                versions: '8+',
                nullable: '8+',
                default: null,
                ignorable: true
              },
              {
                name: 'CurrentLeader',
                type: 'LeaderIdAndEpoch',
                versions: '10+',
                tag: 0,
                tagged: '10+',
                about: 'Sent with NOT_LEADER_OR_FOLLOWER, when the broker knows better.',
                fields: [
                  { name: 'LeaderId', type: 'int32', versions: '10+', default: -1, entityType: 'brokerId' },
                  { name: 'LeaderEpoch', type: 'int32', versions: '10+', default: -1 }
                ]
              }
            ]
          }
        ]
      },
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '1+',
        default: 0,
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'NodeEndpoints',
        type: '[]NodeEndpoint',
        versions: '10+',
        tag: 0,
        tagged: '10+',
        about:
          'Addresses of the leaders that the partitions name, so that the client need not ask for metadata again (KIP-951).',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '10+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '10+' },
          { name: 'Port', type: 'int32', versions: '10+' },
          {
            name: 'Rack',
            type: 'string',
            versions: '10+',
            nullable: '10+',
            default: null,
            about: 'Null when the broker has none configured.'
          }
        ]
      }
    ]
  }
}
