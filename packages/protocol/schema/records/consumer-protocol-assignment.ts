import type { RecordSchema } from '../types.ts'

export const consumerProtocolAssignment: RecordSchema = {
  name: 'ConsumerProtocolAssignment',
  about: 'What the leader of a consumer group assigns to one member. The int16 version stands in front.',
  kind: 'data',
  value: {
    name: 'ConsumerProtocolAssignment',
    versions: '0-3',
    flexible: 'none',
    fields: [
      {
        name: 'AssignedPartitions',
        type: '[]TopicPartition',
        versions: '0+',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      },
      { name: 'UserData', type: 'bytes', versions: '0+', nullable: '0+', default: null }
    ]
  }
}
