import type { RecordSchema } from '../types.ts'

export const transactionLog: RecordSchema = {
  name: 'TransactionLog',
  about: '',
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
      { name: 'PreviousProducerId', type: 'int64', versions: '1+', tag: 0, tagged: '1+', default: -1 },
      { name: 'NextProducerId', type: 'int64', versions: '1+', tag: 1, tagged: '1+', default: -1 },
      { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
      { name: 'NextProducerEpoch', type: 'int16', versions: '1+', tag: 3, tagged: '1+', default: -1 },
      { name: 'TransactionTimeoutMs', type: 'int32', versions: '0+' },
      { name: 'TransactionStatus', type: 'int8', versions: '0+' },
      {
        name: 'TransactionPartitions',
        type: '[]PartitionsSchema',
        versions: '0+',
        nullable: '0+',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+' },
          { name: 'PartitionIds', type: '[]int32', versions: '0+' }
        ]
      },
      { name: 'TransactionLastUpdateTimestampMs', type: 'int64', versions: '0+' },
      { name: 'TransactionStartTimestampMs', type: 'int64', versions: '0+' },
      { name: 'ClientTransactionVersion', type: 'int16', versions: '1+', tag: 2, tagged: '1+', default: 0 }
    ]
  }
}
