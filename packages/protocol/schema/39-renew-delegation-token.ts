import type { ApiSchema } from './types.ts'

export const renewDelegationToken: ApiSchema = {
  key: 39,
  name: 'RenewDelegationToken',
  about: 'Prolongs a token, never beyond its maximum lifetime.',
  listeners: ['broker', 'controller'],
  versions: '1-2',
  flexible: '2+',
  request: {
    fields: [
      { name: 'Hmac', type: 'bytes', versions: '0+' },
      { name: 'RenewPeriodMs', type: 'int64', versions: '0+', about: "-1 takes the broker's default." }
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
