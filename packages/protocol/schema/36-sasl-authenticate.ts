import type { ApiSchema } from './types.ts'

export const saslAuthenticate: ApiSchema = {
  key: 36,
  name: 'SaslAuthenticate',
  about: "One step of the SASL conversation inside Kafka's framing.",
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '2+',
  request: {
    fields: [{ name: 'AuthBytes', type: 'bytes', versions: '0+', about: 'Opaque: what the mechanism says.' }]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'AuthBytes', type: 'bytes', versions: '0+' },
      {
        name: 'SessionLifetimeMs',
        type: 'int64',
        versions: '1+',
        default: 0,
        ignorable: true,
        about: 'After this the client has to authenticate again (KIP-368); 0 means never.'
      }
    ]
  }
}
