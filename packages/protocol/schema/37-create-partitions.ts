import type { ApiSchema } from './types.ts'

export const createPartitions: ApiSchema = {
  key: 37,
  name: 'CreatePartitions',
  about: 'Raises the partition count of topics; it never goes down.',
  listeners: ['broker', 'controller'],
  versions: '0-3',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]CreatePartitionsTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'Count', type: 'int32', versions: '0+', about: 'The new total, not how many to add.' },
          {
            name: 'Assignments',
            type: '[]CreatePartitionsAssignment',
            versions: '0+',
            nullable: '0+',
            about: 'Brokers for each added partition; null lets the controller choose.',
            fields: [{ name: 'BrokerIds', type: '[]int32', versions: '0+', entityType: 'brokerId' }]
          }
        ]
      },
      { name: 'TimeoutMs', type: 'int32', versions: '0+' },
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
        name: 'Results',
        type: '[]CreatePartitionsTopicResult',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null }
        ]
      }
    ]
  }
}
