import type { ApiSchema } from './types.ts'

export const expireDelegationToken: ApiSchema = {
  key: 40,
  name: 'ExpireDelegationToken',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '1-2',
  flexible: '2+',
  request: {
    fields: [
      { name: 'Hmac', type: 'bytes', versions: '0+' },
      { name: 'ExpiryTimePeriodMs', type: 'int64', versions: '0+' }
    ]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ExpiryTimestampMs', type: 'int64', versions: '0+' },
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' }
    ]
  }
}
