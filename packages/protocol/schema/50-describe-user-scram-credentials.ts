import type { ApiSchema } from './types.ts'

export const describeUserScramCredentials: ApiSchema = {
  key: 50,
  name: 'DescribeUserScramCredentials',
  about: 'Shows which SCRAM credentials users have, never the secrets.',
  listeners: ['broker', 'controller'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Users',
        type: '[]UserName',
        versions: '0+',
        nullable: '0+',
        about: 'Null or empty asks for all users.',
        fields: [{ name: 'Name', type: 'string', versions: '0+' }]
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Results',
        type: '[]DescribeUserScramCredentialsResult',
        versions: '0+',
        fields: [
          { name: 'User', type: 'string', versions: '0+' },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
          {
            name: 'CredentialInfos',
            type: '[]CredentialInfo',
            versions: '0+',
            fields: [
              { name: 'Mechanism', type: 'int8', versions: '0+', about: '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.' },
              { name: 'Iterations', type: 'int32', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
