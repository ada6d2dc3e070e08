import type { ApiSchema } from './types.ts'

export const incrementalAlterConfigs: ApiSchema = {
  key: 44,
  name: 'IncrementalAlterConfigs',
  about: 'Sets, deletes, appends to or subtracts from single settings (KIP-339).',
  listeners: ['broker', 'controller'],
  versions: '0-1',
  flexible: '1+',
  request: {
    fields: [
      {
        name: 'Resources',
        type: '[]AlterConfigsResource',
        versions: '0+',
        fields: [
          {
            name: 'ResourceType',
            type: 'int8',
            versions: '0+',
            mapKey: true,
            about: '2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.'
          },
          { name: 'ResourceName', type: 'string', versions: '0+', mapKey: true },
          {
            name: 'Configs',
            type: '[]AlterableConfig',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', mapKey: true },
              {
                name: 'ConfigOperation',
                type: 'int8',
                versions: '0+',
                mapKey: true,
                about: '0 set, 1 delete, 2 append, 3 subtract; the last two for lists only.'
              },
              {
                name: 'Value',
                type: 'string',
                versions: '0+',
                nullable: '0+',
                about: 'Ignored by delete; null is refused elsewhere.'
              }
            ]
          }
        ]
      },
      {
        name: 'ValidateOnly',
        type: 'bool',
        versions: '0+',
        about: 'Check everything, change nothing, and answer as if it had been done.'
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
        name: 'Responses',
        type: '[]AlterConfigsResourceResponse',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
          {
            name: 'ResourceType',
            type: 'int8',
            versions: '0+',
            about: '2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.'
          },
          { name: 'ResourceName', type: 'string', versions: '0+' }
        ]
      }
    ]
  }
}
