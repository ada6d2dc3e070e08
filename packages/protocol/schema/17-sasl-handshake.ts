import type { ApiSchema } from './types.ts'

export const saslHandshake: ApiSchema = {
  key: 17,
  name: 'SaslHandshake',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '0-1',
  flexible: 'none',
  request: { fields: [{ name: 'Mechanism', type: 'string', versions: '0+' }] },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'Mechanisms', type: '[]string', versions: '0+' }
    ]
  }
}
