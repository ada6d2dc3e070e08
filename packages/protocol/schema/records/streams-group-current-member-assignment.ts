import type { RecordSchema } from '../types.ts'

export const streamsGroupCurrentMemberAssignment: RecordSchema = {
  name: 'StreamsGroupCurrentMemberAssignment',
  about: 'The tasks that one member has, and those that it has to let go of.',
  kind: 'group-coordinator',
  recordType: 22,
  key: {
    name: 'StreamsGroupCurrentMemberAssignmentKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'StreamsGroupCurrentMemberAssignmentValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      { name: 'PreviousMemberEpoch', type: 'int32', versions: '0+' },
      { name: 'State', type: 'int8', versions: '0+' },
      { name: 'ActiveTasks', type: '[]TaskIds', versions: '0+' },
      { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+' },
      { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+' },
      { name: 'ActiveTasksPendingRevocation', type: '[]TaskIds', versions: '0+' },
      { name: 'StandbyTasksPendingRevocation', type: '[]TaskIds', versions: '0+' },
      { name: 'WarmupTasksPendingRevocation', type: '[]TaskIds', versions: '0+' }
    ],
    structs: [
      {
        name: 'TaskIds',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' },
          { name: 'AssignmentEpochs', type: '[]int32', versions: '0+', nullable: '0+', tag: 0, tagged: '0+' }
        ]
      }
    ]
  }
}
