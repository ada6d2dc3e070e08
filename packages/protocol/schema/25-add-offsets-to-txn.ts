import type { ApiSchema } from './types.ts'

export const addOffsetsToTxn: ApiSchema = {
  key: 25,
  name: 'AddOffsetsToTxn',
  about:
    'Registers the partition of __consumer_offsets that holds a group with a transaction. Under transactions version 2 clients no longer send it.',
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
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      { name: 'ErrorCode', type: 'int16', versions: '0+' }
    ]
  }
}
