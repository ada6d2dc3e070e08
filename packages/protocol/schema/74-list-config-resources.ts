import type { ApiSchema } from './types.ts'

export const listConfigResources: ApiSchema = {
  key: 74,
  name: 'ListConfigResources',
  about: 'Lists the names of resources with settings; version 0 knows client metrics only (KIP-1142).',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'ResourceTypes',
        type: '[]int8',
        versions: '1+',
        about: 'Empty asks for all types that can be listed.'
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'ConfigResources',
        type: '[]ConfigResource',
        versions: '0+',
        fields: [
          { name: 'ResourceName', type: 'string', versions: '0+' },
          {
            name: 'ResourceType',
            type: 'int8',
            versions: '1+',
            default: 16,
            ignorable: true,
            about: '2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.'
          }
        ]
      }
    ]
  }
}
