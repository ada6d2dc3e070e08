import type { ApiSchema } from './types.ts'

export const findCoordinator: ApiSchema = {
  key: 10,
  name: 'FindCoordinator',
  about: 'Says which broker coordinates a group, a transactional id or a share partition.',
  listeners: ['broker'],
  versions: '0-6',
  flexible: '3+',
  request: {
    fields: [
      { name: 'Key', type: 'string', versions: '0-3' },
      {
        name: 'KeyType',
        type: 'int8',
        versions: '1+',
        default: 0,
        about: '0 group, 1 transaction, 2 share; a share key is group:topicId:partition.'
      },
      { name: 'CoordinatorKeys', type: '[]string', versions: '4+' }
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
      { name: 'ErrorCode', type: 'int16', versions: '0-3' },
      { name: 'ErrorMessage', type: 'string', versions: '1-3', nullable: '1-3', ignorable: true },
      { name: 'NodeId', type: 'int32', versions: '0-3', entityType: 'brokerId' },
      { name: 'Host', type: 'string', versions: '0-3' },
      { name: 'Port', type: 'int32', versions: '0-3' },
      {
        name: 'Coordinators',
        type: '[]Coordinator',
        versions: '4+',
        fields: [
          {
            name: 'Key',
            type: 'string',
            versions: '4+',
            about: 'Repeats the key; answers may come in any order.'
          },
          { name: 'NodeId', type: 'int32', versions: '4+', entityType: 'brokerId' },
          { name: 'Host', type: 'string', versions: '4+' },
          { name: 'Port', type: 'int32', versions: '4+' },
          { name: 'ErrorCode', type: 'int16', versions: '4+' },
          { name: 'ErrorMessage', type: 'string', versions: '4+', nullable: '4+', ignorable: true }
        ]
      }
    ]
  }
}
