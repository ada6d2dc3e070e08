import type { RecordSchema } from '../types.ts'

export const shareGroupTargetAssignmentMember: RecordSchema = {
  name: 'ShareGroupTargetAssignmentMember',
  about: 'The target assignment of one member of a share group.',
  kind: 'group-coordinator',
  recordType: 13,
  key: {
    name: 'ShareGroupTargetAssignmentMemberKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ShareGroupTargetAssignmentMemberValue',
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
