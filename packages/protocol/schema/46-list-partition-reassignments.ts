import type { ApiSchema } from './types.ts'

export const listPartitionReassignments: ApiSchema = {
  key: 46,
  name: 'ListPartitionReassignments',
  about: 'Lists moves under way.',
  listeners: ['broker', 'controller'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'TimeoutMs', type: 'int32', versions: '0+', default: 60000 },
      {
        name: 'Topics',
        type: '[]ListPartitionReassignmentsTopics',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Null asks for all.',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'PartitionIndexes', type: '[]int32', versions: '0+' }
        ]
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
        name: 'Topics',
        type: '[]OngoingTopicReassignment',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]OngoingPartitionReassignment',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'Replicas',
                type: '[]int32',
                versions: '0+',
                entityType: 'brokerId',
                about: 'All of them, those that come and those that go included.'
              },
              { name: 'AddingReplicas', type: '[]int32', versions: '0+', entityType: 'brokerId' },
              { name: 'RemovingReplicas', type: '[]int32', versions: '0+', entityType: 'brokerId' }
            ]
          }
        ]
      }
    ]
  }
}
