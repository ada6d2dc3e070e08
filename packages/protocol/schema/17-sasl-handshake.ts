import type { ApiSchema } from './types.ts'

export const saslHandshake: ApiSchema = {
  key: 17,
  name: 'SaslHandshake',
  about:
    'Chooses the SASL mechanism. From version 1 on SaslAuthenticate carries what follows; after version 0 it comes bare.',
  listeners: ['broker', 'controller'],
  versions: '0-1',
  flexible: 'none',
  request: { fields: [{ name: 'Mechanism', type: 'string', versions: '0+' }] },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'Mechanisms',
        type: '[]string',
        versions: '0+',
        about: 'What the broker has enabled, also when it refuses the one asked for.'
      }
    ]
  }
}
