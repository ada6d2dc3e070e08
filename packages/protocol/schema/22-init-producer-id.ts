import type { ApiSchema } from './types.ts'

export const initProducerId: ApiSchema = {
  key: 22,
  name: 'InitProducerId',
  about:
    'Gives a producer its id and epoch; for a transactional id it fences the predecessor and ends its transaction. Version 6 (two-phase commit) is unstable.',
  listeners: ['broker'],
  versions: '0-6',
  flexible: '2+',
  latestVersionUnstable: true,
  request: {
    fields: [
      {
        name: 'TransactionalId',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        entityType: 'transactionalId',
        about: 'Null for a producer that is idempotent only; an empty text is refused.'
      },
      {
        name: 'TransactionTimeoutMs',
        type: 'int32',
        versions: '0+',
        about: 'Bounded by transaction.max.timeout.ms; meaningless without a transactional id.'
      },
      {
        name: 'ProducerId',
        type: 'int64',
        versions: '3+',
        default: -1,
        entityType: 'producerId',
        about: 'With the epoch: the present identity, to be continued after an error; -1 for a new one.'
      },
      { name: 'ProducerEpoch', type: 'int16', versions: '3+', default: -1 },
      {
        name: 'Enable2Pc',
        type: 'bool',
        versions: '6+',
        default: false,
        about:
          'An external coordinator decides, so the broker must not end the transaction by timeout (KIP-939).'
      },
      {
        name: 'KeepPreparedTxn',
        type: 'bool',
        versions: '6+',
        default: false,
        about: 'Do not abort what the predecessor left open.'
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ProducerId', type: 'int64', versions: '0+', default: -1, entityType: 'producerId' },
      { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
      {
        name: 'OngoingTxnProducerId',
        type: 'int64',
        versions: '6+',
        default: -1,
        entityType: 'producerId',
        about: 'The identity under which the kept transaction runs, or -1.'
      },
      { name: 'OngoingTxnProducerEpoch', type: 'int16', versions: '6+', default: -1 }
    ]
  }
}
