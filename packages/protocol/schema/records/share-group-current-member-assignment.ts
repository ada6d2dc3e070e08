import type { RecordSchema } from '../types.ts'

export const shareGroupCurrentMemberAssignment: RecordSchema = {
  name: 'ShareGroupCurrentMemberAssignment',
  about: 'What a member of a share group has at present.',
  kind: 'group-coordinator',
  recordType: 14,
  key: {
    name: 'ShareGroupCurrentMemberAssignmentKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ShareGroupCurrentMemberAssignmentValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      { name: 'PreviousMemberEpoch', type: 'int32', versions: '0+' },
      { name: 'State', type: 'int8', versions: '0+' },
      { name: 'AssignedPartitions', type: '[]TopicPartitions', versions: '0+' }
    ],
    structs: [
      {
        name: 'TopicPartitions',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      }
    ]
  }
}
