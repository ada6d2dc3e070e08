import type { ApiSchema } from './types.ts'

export const describeTransactions: ApiSchema = {
  key: 65,
  name: 'DescribeTransactions',
  about: 'Shows transactions by their ids (KIP-664).',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [{ name: 'TransactionalIds', type: '[]string', versions: '0+', entityType: 'transactionalId' }]
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
        name: 'TransactionStates',
        type: '[]TransactionState',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'TransactionalId', type: 'string', versions: '0+', entityType: 'transactionalId' },
          {
            name: 'TransactionState',
            type: 'string',
            versions: '0+',
            about:
              'Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort or PrepareEpochFence.'
          },
          { name: 'TransactionTimeoutMs', type: 'int32', versions: '0+' },
          { name: 'TransactionStartTimeMs', type: 'int64', versions: '0+', about: '-1 when none is open.' },
          { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
          { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
          {
            name: 'Topics',
            type: '[]TopicData',
            versions: '0+',
            fields: [
              { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
              { name: 'Partitions', type: '[]int32', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
