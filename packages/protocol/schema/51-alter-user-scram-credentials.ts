import type { ApiSchema } from './types.ts'

export const alterUserScramCredentials: ApiSchema = {
  key: 51,
  name: 'AlterUserScramCredentials',
  about: '',
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
          { name: 'Mechanism', type: 'int8', versions: '0+' }
        ]
      },
      {
        name: 'Upsertions',
        type: '[]ScramCredentialUpsertion',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+' },
          { name: 'Mechanism', type: 'int8', versions: '0+' },
          { name: 'Iterations', type: 'int32', versions: '0+' },
          { name: 'Salt', type: 'bytes', versions: '0+' },
          { name: 'SaltedPassword', type: 'bytes', versions: '0+' }
        ]
      }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
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
