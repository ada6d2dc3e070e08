import type { RecordSchema } from '../types.ts'

export const transactionLog: RecordSchema = {
  name: 'TransactionLog',
  about: 'The state of a transactional id; the newest record counts.',
  kind: 'transaction-coordinator',
  recordType: 0,
  key: {
    name: 'TransactionLogKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'TransactionalId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'TransactionLogValue',
    versions: '0-1',
    flexible: '1+',
    fields: [
      { name: 'ProducerId', type: 'int64', versions: '0+' },
      {
        name: 'PreviousProducerId',
        type: 'int64',
        versions: '1+',
        tag: 0,
        tagged: '1+',
        default: -1,
        about: 'The id before the last change, with which a retried request is recognized (KIP-890).'
      },
      {
        name: 'NextProducerId',
        type: 'int64',
        versions: '1+',
        tag: 1,
        tagged: '1+',
        default: -1,
        about: 'Reserved while a transaction ends, when the epochs of the present id run out.'
      },
      { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
      { name: 'NextProducerEpoch', type: 'int16', versions: '1+', tag: 3, tagged: '1+', default: -1 },
      { name: 'TransactionTimeoutMs', type: 'int32', versions: '0+' },
      {
        name: 'TransactionStatus',
        type: 'int8',
        versions: '0+',
        about:
          '0 empty, 1 ongoing, 2 prepare commit, 3 prepare abort, 4 complete commit, 5 complete abort, 6 dead, 7 prepare epoch fence.'
      },
      {
        name: 'TransactionPartitions',
        type: '[]PartitionsSchema',
        versions: '0+',
        nullable: '0+',
        about: 'Null or empty when no transaction is open.',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+' },
          { name: 'PartitionIds', type: '[]int32', versions: '0+' }
        ]
      },
      { name: 'TransactionLastUpdateTimestampMs', type: 'int64', versions: '0+' },
      {
        name: 'TransactionStartTimestampMs',
        type: 'int64',
        versions: '0+',
        about: '-1 when no transaction is open.'
      },
      {
        name: 'ClientTransactionVersion',
        type: 'int16',
        versions: '1+',
        tag: 2,
        tagged: '1+',
        default: 0,
        about: 'Of the client that ran the last transaction: 2 changes the epoch with each.'
      }
    ]
  }
}
