import type { ApiSchema } from './types.ts'

export const listGroups: ApiSchema = {
  key: 16,
  name: 'ListGroups',
  about: '',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '3+',
  request: {
    fields: [
      { name: 'StatesFilter', type: '[]string', versions: '4+' },
      { name: 'TypesFilter', type: '[]string', versions: '5+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '1+', ignorable: true },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'Groups',
        type: '[]ListedGroup',
        versions: '0+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          { name: 'ProtocolType', type: 'string', versions: '0+' },
          { name: 'GroupState', type: 'string', versions: '4+', ignorable: true },
          { name: 'GroupType', type: 'string', versions: '5+', ignorable: true }
        ]
      }
    ]
  }
}
