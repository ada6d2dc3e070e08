import type { ApiSchema } from './types.ts'

export const createAcls: ApiSchema = {
  key: 30,
  name: 'CreateAcls',
  about: '',
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
          { name: 'ResourceType', type: 'int8', versions: '0+' },
          { name: 'ResourceName', type: 'string', versions: '0+' },
          { name: 'ResourcePatternType', type: 'int8', versions: '1+', default: 3 },
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
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      {
        name: 'Results',
        type: '[]AclCreationResult',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
        ]
      }
    ]
  }
}
