import type { ApiSchema } from './types.ts'

export const addOffsetsToTxn: ApiSchema = {
  key: 25,
  name: 'AddOffsetsToTxn',
  about: '',
  listeners: ['broker'],
  versions: '0-4',
  flexible: '3+',
  request: {
    fields: [
      { name: 'TransactionalId', type: 'string', versions: '0+', entityType: 'transactionalId' },
      { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
      { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' }
    ]
  }
}
