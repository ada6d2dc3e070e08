import type { ApiSchema } from './types.ts'

export const heartbeat: ApiSchema = {
  key: 12,
  name: 'Heartbeat',
  about: '',
  listeners: ['broker'],
  versions: '0-4',
  flexible: '4+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'GenerationId', type: 'int32', versions: '0+' },
      { name: 'MemberId', type: 'string', versions: '0+' },
      { name: 'GroupInstanceId', type: 'string', versions: '3+', nullable: '3+', default: null }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '1+', ignorable: true },
      { name: 'ErrorCode', type: 'int16', versions: '0+' }
    ]
  }
}
