import type { ApiSchema } from './types.ts'

export const endTxn: ApiSchema = {
  key: 26,
  name: 'EndTxn',
  about: 'Commits or aborts a transaction. Repeating it is harmless while the outcome is the same.',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '3+',
  request: {
    fields: [
      { name: 'TransactionalId', type: 'string', versions: '0+', entityType: 'transactionalId' },
      { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
      { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
      { name: 'Committed', type: 'bool', versions: '0+', about: 'True commits, false aborts.' }
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'ProducerId',
        type: 'int64',
        versions: '5+',
        default: -1,
        ignorable: true,
        entityType: 'producerId',
        about:
          'From version 5 on each transaction ends with a new epoch, and with a new id when epochs run out (KIP-890).'
      },
      { name: 'ProducerEpoch', type: 'int16', versions: '5+', default: -1, ignorable: true }
    ]
  }
}
