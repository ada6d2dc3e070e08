import type { ApiSchema } from './types.ts'

export const describeConfigs: ApiSchema = {
  key: 32,
  name: 'DescribeConfigs',
  about:
    'Shows settings of topics, brokers, loggers, client metrics and groups, with where each value comes from.',
  listeners: ['broker', 'controller'],
  versions: '1-4',
  flexible: '4+',
  request: {
    fields: [
      {
        name: 'Resources',
        type: '[]DescribeConfigsResource',
        versions: '0+',
        fields: [
          {
            name: 'ResourceType',
            type: 'int8',
            versions: '0+',
            about: '2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.'
          },
          {
            name: 'ResourceName',
            type: 'string',
            versions: '0+',
            about: 'For a broker its id in digits; empty for the default of all brokers.'
          },
          {
            name: 'ConfigurationKeys',
            type: '[]string',
            versions: '0+',
            nullable: '0+',
            about: 'Null asks for all; unknown names are simply missing from the answer.'
          }
        ]
      },
      {
        name: 'IncludeSynonyms',
        type: 'bool',
        versions: '1+',
        default: false,
        about: 'All places where the value could have come from, the winning one first.'
      },
      { name: 'IncludeDocumentation', type: 'bool', versions: '3+', default: false }
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
        type: '[]DescribeConfigsResult',
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
          { name: 'ResourceName', type: 'string', versions: '0+' },
          {
            name: 'Configs',
            type: '[]DescribeConfigsResourceResult',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+' },
              { name: 'Value', type: 'string', versions: '0+', nullable: '0+' },
              { name: 'ReadOnly', type: 'bool', versions: '0+' },
              {
                name: 'ConfigSource',
                type: 'int8',
                versions: '1+',
                default: -1,
                ignorable: true,
                about:
                  '1 topic, 2 dynamic broker, 3 dynamic default of all brokers, 4 static broker, 5 built-in default, 6 logger, 7 client metrics, 8 group.'
              },
              {
                name: 'IsSensitive',
                type: 'bool',
                versions: '0+',
                about: 'Then the value is null in answers, whoever asks.'
              },
              {
                name: 'Synonyms',
                type: '[]DescribeConfigsSynonym',
                versions: '1+',
                ignorable: true,
                fields: [
                  { name: 'Name', type: 'string', versions: '1+' },
                  { name: 'Value', type: 'string', versions: '1+', nullable: '0+' },
                  { name: 'Source', type: 'int8', versions: '1+', about: 'As ConfigSource above.' }
                ]
              },
              {
                name: 'ConfigType',
                type: 'int8',
                versions: '3+',
                default: 0,
                ignorable: true,
                about: '1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.'
              },
              { name: 'Documentation', type: 'string', versions: '3+', nullable: '0+', ignorable: true }
            ]
          }
        ]
      }
    ]
  }
}
