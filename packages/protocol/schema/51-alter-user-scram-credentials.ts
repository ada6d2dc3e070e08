import type { ApiSchema } from './types.ts'

export const alterUserScramCredentials: ApiSchema = {
  key: 51,
  name: 'AlterUserScramCredentials',
  about: 'Sets or deletes SCRAM credentials.',
  listeners: ['broker', 'controller'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Deletions',
        type: '[]ScramCredentialDeletion',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+' },
          { name: 'Mechanism', type: 'int8', versions: '0+', about: '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.' }
        ]
      },
      {
        name: 'Upsertions',
        type: '[]ScramCredentialUpsertion',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+' },
          { name: 'Mechanism', type: 'int8', versions: '0+', about: '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.' },
          { name: 'Iterations', type: 'int32', versions: '0+' },
          { name: 'Salt', type: 'bytes', versions: '0+' },
          {
            name: 'SaltedPassword',
            type: 'bytes',
            versions: '0+',
            about: 'Salted by the client, so that the password never travels.'
          }
        ]
      }
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
      {
        name: 'Results',
        type: '[]AlterUserScramCredentialsResult',
        versions: '0+',
        fields: [
          { name: 'User', type: 'string', versions: '0+' },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
        ]
      }
    ]
  }
}
