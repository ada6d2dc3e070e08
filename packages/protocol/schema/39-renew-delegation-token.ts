import type { ApiSchema } from './types.ts'

export const renewDelegationToken: ApiSchema = {
  key: 39,
  name: 'RenewDelegationToken',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '1-2',
  flexible: '2+',
  request: {
    fields: [
      { name: 'Hmac', type: 'bytes', versions: '0+' },
      { name: 'RenewPeriodMs', type: 'int64', versions: '0+' }
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
