import type { ApiSchema } from './types.ts'

export const alterClientQuotas: ApiSchema = {
  key: 49,
  name: 'AlterClientQuotas',
  about: 'Sets or removes quotas.',
  listeners: ['broker', 'controller'],
  versions: '0-1',
  flexible: '1+',
  request: {
    fields: [
      {
        name: 'Entries',
        type: '[]EntryData',
        versions: '0+',
        fields: [
          {
            name: 'Entity',
            type: '[]EntityData',
            versions: '0+',
            fields: [
              { name: 'EntityType', type: 'string', versions: '0+' },
              {
                name: 'EntityName',
                type: 'string',
                versions: '0+',
                nullable: '0+',
                about: 'Null for the default of its type.'
              }
            ]
          },
          {
            name: 'Ops',
            type: '[]OpData',
            versions: '0+',
            fields: [
              { name: 'Key', type: 'string', versions: '0+' },
              { name: 'Value', type: 'float64', versions: '0+', about: 'Ignored when Remove is true.' },
              { name: 'Remove', type: 'bool', versions: '0+' }
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
        name: 'Entries',
        type: '[]EntryData',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
          {
            name: 'Entity',
            type: '[]EntityData',
            versions: '0+',
            fields: [
              { name: 'EntityType', type: 'string', versions: '0+' },
              { name: 'EntityName', type: 'string', versions: '0+', nullable: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
