import type { ApiSchema } from './types.ts'

export const heartbeat: ApiSchema = {
  key: 12,
  name: 'Heartbeat',
  about: 'Keeps a member of a classic group alive and tells it of a rebalance, by error code.',
  listeners: ['broker'],
  versions: '0-4',
  flexible: '4+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'GenerationId', type: 'int32', versions: '0+' },
      { name: 'MemberId', type: 'string', versions: '0+' },
      {
        name: 'GroupInstanceId',
        type: 'string',
        versions: '3+',
        nullable: '3+',
        default: null,
        about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' }
    ]
  }
}
