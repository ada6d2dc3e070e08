import type { ApiSchema } from './types.ts'

export const createAcls: ApiSchema = {
  key: 30,
  name: 'CreateAcls',
  about: 'Adds access rules, each with a result of its own.',
  listeners: ['broker', 'controller'],
  versions: '1-3',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Creations',
        type: '[]AclCreation',
        versions: '0+',
        fields: [
          {
            name: 'ResourceType',
            type: 'int8',
            versions: '0+',
            about: '2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.'
          },
          { name: 'ResourceName', type: 'string', versions: '0+' },
          {
            name: 'ResourcePatternType',
            type: 'int8',
            versions: '1+',
            default: 3,
            about: '3 literal or 4 prefixed; a literal * stands for all names.'
          },
          { name: 'Principal', type: 'string', versions: '0+' },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Operation', type: 'int8', versions: '0+' },
          { name: 'PermissionType', type: 'int8', versions: '0+' }
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
        type: '[]AclCreationResult',
        versions: '0+',
        about: 'In the order of the request; nothing else connects them.',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
        ]
      }
    ]
  }
}
