import type { ApiSchema } from './types.ts'

export const endTxn: ApiSchema = {
  key: 26,
  name: 'EndTxn',
  about: '',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '3+',
  request: {
    fields: [
      { name: 'TransactionalId', type: 'string', versions: '0+', entityType: 'transactionalId' },
      { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
      { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
      { name: 'Committed', type: 'bool', versions: '0+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'ProducerId',
        type: 'int64',
        versions: '5+',
        default: -1,
        ignorable: true,
        entityType: 'producerId'
      },
      { name: 'ProducerEpoch', type: 'int16', versions: '5+', default: -1, ignorable: true }
    ]
  }
}
