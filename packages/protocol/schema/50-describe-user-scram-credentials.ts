import type { ApiSchema } from './types.ts'

export const describeUserScramCredentials: ApiSchema = {
  key: 50,
  name: 'DescribeUserScramCredentials',
  about: '',
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
        fields: [{ name: 'Name', type: 'string', versions: '0+' }]
      }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
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
              { name: 'Mechanism', type: 'int8', versions: '0+' },
              { name: 'Iterations', type: 'int32', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
