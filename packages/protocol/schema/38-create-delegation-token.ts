import type { ApiSchema } from './types.ts'

export const createDelegationToken: ApiSchema = {
  key: 38,
  name: 'CreateDelegationToken',
  about: 'Issues a token with which others may act for a user.',
  listeners: ['broker', 'controller'],
  versions: '1-3',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'OwnerPrincipalType',
        type: 'string',
        versions: '3+',
        nullable: '3+',
        about: 'Null makes the requester the owner (KIP-373).'
      },
      { name: 'OwnerPrincipalName', type: 'string', versions: '3+', nullable: '3+' },
      {
        name: 'Renewers',
        type: '[]CreatableRenewers',
        versions: '0+',
        fields: [
          { name: 'PrincipalType', type: 'string', versions: '0+' },
          { name: 'PrincipalName', type: 'string', versions: '0+' }
        ]
      },
      { name: 'MaxLifetimeMs', type: 'int64', versions: '0+', about: "-1 takes the broker's limit." }
    ]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'PrincipalType', type: 'string', versions: '0+' },
      { name: 'PrincipalName', type: 'string', versions: '0+' },
      { name: 'TokenRequesterPrincipalType', type: 'string', versions: '3+' },
      { name: 'TokenRequesterPrincipalName', type: 'string', versions: '3+' },
      { name: 'IssueTimestampMs', type: 'int64', versions: '0+' },
      { name: 'ExpiryTimestampMs', type: 'int64', versions: '0+' },
      { name: 'MaxTimestampMs', type: 'int64', versions: '0+' },
      { name: 'TokenId', type: 'string', versions: '0+' },
      {
        name: 'Hmac',
        type: 'bytes',
        versions: '0+',
        about: 'The secret; it also names the token in requests.'
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
