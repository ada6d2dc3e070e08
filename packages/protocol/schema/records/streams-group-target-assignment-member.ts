import type { RecordSchema } from '../types.ts'

export const streamsGroupTargetAssignmentMember: RecordSchema = {
  name: 'StreamsGroupTargetAssignmentMember',
  about: 'The tasks that one member is heading for.',
  kind: 'group-coordinator',
  recordType: 21,
  key: {
    name: 'StreamsGroupTargetAssignmentMemberKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'StreamsGroupTargetAssignmentMemberValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'ActiveTasks', type: '[]TaskIds', versions: '0+' },
      { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+' },
      { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+' }
    ],
    structs: [
      {
        name: 'TaskIds',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      }
    ]
  }
}
