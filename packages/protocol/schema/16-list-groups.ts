import type { ApiSchema } from './types.ts'

export const listGroups: ApiSchema = {
  key: 16,
  name: 'ListGroups',
  about: 'Lists all groups whose coordinator this broker is, of every type.',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '3+',
  request: {
    fields: [
      {
        name: 'StatesFilter',
        type: '[]string',
        versions: '4+',
        about: 'Empty means all. Compared without regard to case.'
      },
      {
        name: 'TypesFilter',
        type: '[]string',
        versions: '5+',
        about: 'Empty means all: classic, consumer, share, streams.'
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
        name: 'Groups',
        type: '[]ListedGroup',
        versions: '0+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          {
            name: 'ProtocolType',
            type: 'string',
            versions: '0+',
            about: 'Empty for groups that only hold offsets.'
          },
          { name: 'GroupState', type: 'string', versions: '4+', ignorable: true },
          { name: 'GroupType', type: 'string', versions: '5+', ignorable: true }
        ]
      }
    ]
  }
}
