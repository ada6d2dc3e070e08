import type { ApiSchema } from './types.ts'

export const listConfigResources: ApiSchema = {
  key: 74,
  name: 'ListConfigResources',
  about: '',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '0+',
  request: { fields: [{ name: 'ResourceTypes', type: '[]int8', versions: '1+' }] },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'ConfigResources',
        type: '[]ConfigResource',
        versions: '0+',
        fields: [
          { name: 'ResourceName', type: 'string', versions: '0+' },
          { name: 'ResourceType', type: 'int8', versions: '1+', default: 16, ignorable: true }
        ]
      }
    ]
  }
}
