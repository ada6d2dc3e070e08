import type { ApiSchema } from './types.ts'

export const listTransactions: ApiSchema = {
  key: 66,
  name: 'ListTransactions',
  about: 'Lists the transactions that this broker coordinates.',
  listeners: ['broker'],
  versions: '0-2',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'StateFilters',
        type: '[]string',
        versions: '0+',
        about: 'Empty means all; names that nobody knows come back in UnknownStateFilters.'
      },
      { name: 'ProducerIdFilters', type: '[]int64', versions: '0+', entityType: 'producerId' },
      {
        name: 'DurationFilter',
        type: 'int64',
        versions: '1+',
        default: -1,
        about: 'Only those open for longer than this many milliseconds; -1 for all (KIP-994).'
      },
      {
        name: 'TransactionalIdPattern',
        type: 'string',
        versions: '2+',
        nullable: '2+',
        default: null,
        about: 'An RE2 expression that has to match the whole id.'
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'UnknownStateFilters', type: '[]string', versions: '0+' },
      {
        name: 'TransactionStates',
        type: '[]TransactionState',
        versions: '0+',
        fields: [
          { name: 'TransactionalId', type: 'string', versions: '0+', entityType: 'transactionalId' },
          { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
          { name: 'TransactionState', type: 'string', versions: '0+' }
        ]
      }
    ]
  }
}
