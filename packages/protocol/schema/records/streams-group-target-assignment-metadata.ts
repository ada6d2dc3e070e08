import type { RecordSchema } from '../types.ts'

export const streamsGroupTargetAssignmentMetadata: RecordSchema = {
  name: 'StreamsGroupTargetAssignmentMetadata',
  about: 'The epoch for which tasks were assigned.',
  kind: 'group-coordinator',
  recordType: 20,
  key: {
    name: 'StreamsGroupTargetAssignmentMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'StreamsGroupTargetAssignmentMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      {
        name: 'AssignmentEpoch',
        type: 'int32',
        versions: '0+',
        about: 'The group epoch for which the present target assignment was computed.'
      }
    ]
  }
}
