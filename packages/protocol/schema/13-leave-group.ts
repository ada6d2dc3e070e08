import type { ApiSchema } from './types.ts'

export const leaveGroup: ApiSchema = {
  key: 13,
  name: 'LeaveGroup',
  about: 'Takes members out of a classic group without waiting for their session to end.',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '4+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'MemberId', type: 'string', versions: '0-2' },
      {
        name: 'Members',
        type: '[]MemberIdentity',
        versions: '3+',
        about: 'From version 3 on an administrator may remove several, static ones by instance id.',
        fields: [
          {
            name: 'MemberId',
            type: 'string',
            versions: '3+',
            about: 'May be empty when GroupInstanceId names the member.'
          },
          {
            name: 'GroupInstanceId',
            type: 'string',
            versions: '3+',
            nullable: '3+',
            default: null,
            about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
          },
          { name: 'Reason', type: 'string', versions: '5+', nullable: '5+', default: null, ignorable: true }
        ]
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '1+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'Members',
        type: '[]MemberResponse',
        versions: '3+',
        about: 'Each with its own error; the one outside concerns the request as a whole.',
        fields: [
          { name: 'MemberId', type: 'string', versions: '3+' },
          {
            name: 'GroupInstanceId',
            type: 'string',
            versions: '3+',
            nullable: '3+',
            about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
          },
          { name: 'ErrorCode', type: 'int16', versions: '3+' }
        ]
      }
    ]
  }
}
