import type { ApiSchema } from './types.ts'

export const createTopics: ApiSchema = {
  key: 19,
  name: 'CreateTopics',
  about: 'Creates topics, each of which succeeds or fails on its own.',
  listeners: ['broker', 'controller'],
  versions: '2-7',
  flexible: '5+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]CreatableTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'NumPartitions',
            type: 'int32',
            versions: '0+',
            about: "-1 takes the broker's default; it must be -1 when Assignments are given."
          },
          {
            name: 'ReplicationFactor',
            type: 'int16',
            versions: '0+',
            about: "-1 takes the broker's default; it must be -1 when Assignments are given."
          },
          {
            name: 'Assignments',
            type: '[]CreatableReplicaAssignment',
            versions: '0+',
            about:
              'Brokers for each partition, the preferred leader first; partitions count from 0 without a gap.',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+', mapKey: true },
              { name: 'BrokerIds', type: '[]int32', versions: '0+', entityType: 'brokerId' }
            ]
          },
          {
            name: 'Configs',
            type: '[]CreatableTopicConfig',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', mapKey: true },
              { name: 'Value', type: 'string', versions: '0+', nullable: '0+' }
            ]
          }
        ]
      },
      {
        name: 'timeoutMs',
        type: 'int32',
        versions: '0+',
        default: 60000,
        about: 'How long to wait until all brokers know the topic; 0 returns at once.'
      },
      {
        name: 'validateOnly',
        type: 'bool',
        versions: '1+',
        default: false,
        about: 'Check everything, change nothing, and answer as if it had been done.'
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '2+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Topics',
        type: '[]CreatableTopicResult',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'TopicId', type: 'uuid', versions: '7+', ignorable: true },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '1+', nullable: '0+', ignorable: true },
          {
            name: 'TopicConfigErrorCode',
            type: 'int16',
            versions: '5+',
            tag: 0,
            tagged: '5+',
            ignorable: true,
            about: 'Why the settings are missing, when the client may create but not describe.'
          },
          {
            name: 'NumPartitions',
            type: 'int32',
            versions: '5+',
            default: -1,
            ignorable: true,
            about: '-1 when the client may not see it.'
          },
          { name: 'ReplicationFactor', type: 'int16', versions: '5+', default: -1, ignorable: true },
          {
            name: 'Configs',
            type: '[]CreatableTopicConfigs',
            versions: '5+',
            nullable: '5+',
            ignorable: true,
            about: 'All settings in force, as far as the client may see them.',
            fields: [
              { name: 'Name', type: 'string', versions: '5+' },
              { name: 'Value', type: 'string', versions: '5+', nullable: '5+' },
              { name: 'ReadOnly', type: 'bool', versions: '5+' },
              {
                name: 'ConfigSource',
                type: 'int8',
                versions: '5+',
                default: -1,
                ignorable: true,
                about:
                  '1 topic, 2 dynamic broker, 3 dynamic default of all brokers, 4 static broker, 5 built-in default, 6 logger, 7 client metrics, 8 group.'
              },
              {
                name: 'IsSensitive',
                type: 'bool',
                versions: '5+',
                about: 'Then the value is null in answers, whoever asks.'
              }
            ]
          }
        ]
      }
    ]
  }
}
