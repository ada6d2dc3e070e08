import type { RecordSchema } from '../types.ts'

export const consumerGroupTargetAssignmentMember: RecordSchema = {
  name: 'ConsumerGroupTargetAssignmentMember',
  about: 'The target assignment of one member.',
  kind: 'group-coordinator',
  recordType: 7,
  key: {
    name: 'ConsumerGroupTargetAssignmentMemberKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ConsumerGroupTargetAssignmentMemberValue',
    versions: '0',
    flexible: '0+',
    fields: [
      {
        name: 'TopicPartitions',
        type: '[]TopicPartition',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      }
    ]
  }
}
