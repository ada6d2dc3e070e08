import type { ApiSchema } from './types.ts'

export const describeProducers: ApiSchema = {
  key: 61,
  name: 'DescribeProducers',
  about: 'Shows the producers that a partition remembers, for the hunt of hanging transactions (KIP-664).',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]TopicRequest',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'PartitionIndexes', type: '[]int32', versions: '0+' }
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
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Topics',
        type: '[]TopicResponse',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]PartitionResponse',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
              {
                name: 'ActiveProducers',
                type: '[]ProducerState',
                versions: '0+',
                fields: [
                  { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
                  { name: 'ProducerEpoch', type: 'int32', versions: '0+' },
                  {
                    name: 'LastSequence',
                    type: 'int32',
                    versions: '0+',
                    default: -1,
                    about: 'Of the last batch; -1 without one.'
                  },
                  { name: 'LastTimestamp', type: 'int64', versions: '0+', default: -1 },
                  {
                    name: 'CoordinatorEpoch',
                    type: 'int32',
                    versions: '0+',
                    about: 'Rises with every change of the coordinator; markers of an older one are refused.'
                  },
                  {
                    name: 'CurrentTxnStartOffset',
                    type: 'int64',
                    versions: '0+',
                    default: -1,
                    about: '-1 when no transaction is open.'
                  }
                ]
              }
            ]
          }
        ]
      }
    ]
  }
}
