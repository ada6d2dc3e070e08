import type { ApiSchema } from './types.ts'

export const saslAuthenticate: ApiSchema = {
  key: 36,
  name: 'SaslAuthenticate',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '2+',
  request: { fields: [{ name: 'AuthBytes', type: 'bytes', versions: '0+' }] },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'AuthBytes', type: 'bytes', versions: '0+' },
      { name: 'SessionLifetimeMs', type: 'int64', versions: '1+', default: 0, ignorable: true }
    ]
  }
}
