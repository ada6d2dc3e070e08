import type { ApiSchema } from './types.ts'

export const deleteGroups: ApiSchema = {
  key: 42,
  name: 'DeleteGroups',
  about: 'Deletes groups that have no members, with their offsets.',
  listeners: ['broker'],
  versions: '0-2',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'GroupsNames',
        type: '[]string',
        versions: '0+',
        entityType: 'groupId',
        about: 'An unknown one is GROUP_ID_NOT_FOUND, one with members NON_EMPTY_GROUP.'
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
