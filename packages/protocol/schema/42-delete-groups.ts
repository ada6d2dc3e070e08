import type { ApiSchema } from './types.ts'

export const deleteGroups: ApiSchema = {
  key: 42,
  name: 'DeleteGroups',
  about: '',
  listeners: ['broker'],
  versions: '0-2',
  flexible: '2+',
  request: { fields: [{ name: 'GroupsNames', type: '[]string', versions: '0+', entityType: 'groupId' }] },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      {
        name: 'Results',
        type: '[]DeletableGroupResult',
        versions: '0+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId', mapKey: true },
          { name: 'ErrorCode', type: 'int16', versions: '0+' }
        ]
      }
    ]
  }
}
