import type { ApiSchema } from './types.ts'

export const describeClientQuotas: ApiSchema = {
  key: 48,
  name: 'DescribeClientQuotas',
  about: 'Shows quotas that match a filter.',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '1+',
  request: {
    fields: [
      {
        name: 'Components',
        type: '[]ComponentData',
        versions: '0+',
        fields: [
          { name: 'EntityType', type: 'string', versions: '0+', about: '`user`, `client-id` or `ip`.' },
          {
            name: 'MatchType',
            type: 'int8',
            versions: '0+',
            about: '0 this name, 1 the default entity, 2 any that is named.'
          },
          { name: 'Match', type: 'string', versions: '0+', nullable: '0+' }
        ]
      },
      {
        name: 'Strict',
        type: 'bool',
        versions: '0+',
        about: 'Leave out quotas that also name entity types not asked for.'
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
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Entries',
        type: '[]EntryData',
        versions: '0+',
        nullable: '0+',
        about: 'Null on errors.',
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
            name: 'Values',
            type: '[]ValueData',
            versions: '0+',
            fields: [
              { name: 'Key', type: 'string', versions: '0+' },
              { name: 'Value', type: 'float64', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
