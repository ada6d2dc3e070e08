import type { ApiSchema } from './types.ts'

export const describeDelegationToken: ApiSchema = {
  key: 41,
  name: 'DescribeDelegationToken',
  about: 'Lists tokens by owner.',
  listeners: ['broker', 'controller'],
  versions: '1-3',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Owners',
        type: '[]DescribeDelegationTokenOwner',
        versions: '0+',
        nullable: '0+',
        about: 'Null asks for all that the requester may see.',
        fields: [
          { name: 'PrincipalType', type: 'string', versions: '0+' },
          { name: 'PrincipalName', type: 'string', versions: '0+' }
        ]
      }
    ]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'Tokens',
        type: '[]DescribedDelegationToken',
        versions: '0+',
        fields: [
          { name: 'PrincipalType', type: 'string', versions: '0+' },
          { name: 'PrincipalName', type: 'string', versions: '0+' },
          { name: 'TokenRequesterPrincipalType', type: 'string', versions: '3+' },
          { name: 'TokenRequesterPrincipalName', type: 'string', versions: '3+' },
          { name: 'IssueTimestamp', type: 'int64', versions: '0+' },
          { name: 'ExpiryTimestamp', type: 'int64', versions: '0+' },
          { name: 'MaxTimestamp', type: 'int64', versions: '0+' },
          { name: 'TokenId', type: 'string', versions: '0+' },
          { name: 'Hmac', type: 'bytes', versions: '0+' },
          {
            name: 'Renewers',
            type: '[]DescribedDelegationTokenRenewer',
            versions: '0+',
            fields: [
              { name: 'PrincipalType', type: 'string', versions: '0+' },
              { name: 'PrincipalName', type: 'string', versions: '0+' }
            ]
          }
        ]
      },
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
