import type { ApiSchema } from './types.ts'

export const findCoordinator: ApiSchema = {
  key: 10,
  name: 'FindCoordinator',
  about: '',
  listeners: ['broker'],
  versions: '0-6',
  flexible: '3+',
  request: {
    fields: [
      { name: 'Key', type: 'string', versions: '0-3' },
      { name: 'KeyType', type: 'int8', versions: '1+', default: 0 },
      { name: 'CoordinatorKeys', type: '[]string', versions: '4+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '1+', ignorable: true },
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
          { name: 'Key', type: 'string', versions: '4+' },
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
