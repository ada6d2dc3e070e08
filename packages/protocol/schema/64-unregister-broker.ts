import type { ApiSchema } from './types.ts'

export const unregisterBroker: ApiSchema = {
  key: 64,
  name: 'UnregisterBroker',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '0',
  flexible: '0+',
  request: { fields: [{ name: 'BrokerId', type: 'int32', versions: '0+', entityType: 'brokerId' }] },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
    ]
  }
}
