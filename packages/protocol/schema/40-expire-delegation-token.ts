import type { ApiSchema } from './types.ts'

export const expireDelegationToken: ApiSchema = {
  key: 40,
  name: 'ExpireDelegationToken',
  about: 'Ends a token now or at a given time.',
  listeners: ['broker', 'controller'],
  versions: '1-2',
  flexible: '2+',
  request: {
    fields: [
      { name: 'Hmac', type: 'bytes', versions: '0+' },
      {
        name: 'ExpiryTimePeriodMs',
        type: 'int64',
        versions: '0+',
        about: 'From now on; negative ends it at once.'
      }
    ]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ExpiryTimestampMs', type: 'int64', versions: '0+' },
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      }
    ]
  }
}
