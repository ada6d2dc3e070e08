import type { ApiSchema } from './types.ts'

export const listTransactions: ApiSchema = {
  key: 66,
  name: 'ListTransactions',
  about: '',
  listeners: ['broker'],
  versions: '0-2',
  flexible: '0+',
  request: {
    fields: [
      { name: 'StateFilters', type: '[]string', versions: '0+' },
      { name: 'ProducerIdFilters', type: '[]int64', versions: '0+', entityType: 'producerId' },
      { name: 'DurationFilter', type: 'int64', versions: '1+', default: -1 },
      { name: 'TransactionalIdPattern', type: 'string', versions: '2+', nullable: '2+', default: null }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
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
