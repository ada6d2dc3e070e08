import type { RecordSchema } from '../types.ts'

export const consumerGroupCurrentMemberAssignment: RecordSchema = {
  name: 'ConsumerGroupCurrentMemberAssignment',
  about: 'What a member has at present, on its way to the target.',
  kind: 'group-coordinator',
  recordType: 8,
  key: {
    name: 'ConsumerGroupCurrentMemberAssignmentKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ConsumerGroupCurrentMemberAssignmentValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      {
        name: 'PreviousMemberEpoch',
        type: 'int32',
        versions: '0+',
        about: 'A member that missed the answer with its new epoch may come back with this one.'
      },
      {
        name: 'State',
        type: 'int8',
        versions: '0+',
        about: '0 stable, 1 partitions to let go of, 2 partitions still held by others, 127 unknown.'
      },
      { name: 'AssignedPartitions', type: '[]TopicPartitions', versions: '0+' },
      {
        name: 'PartitionsPendingRevocation',
        type: '[]TopicPartitions',
        versions: '0+',
        about: 'Others wait for these until the member confirms.'
      }
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
