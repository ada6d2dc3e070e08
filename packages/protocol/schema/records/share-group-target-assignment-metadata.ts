import type { RecordSchema } from '../types.ts'

export const shareGroupTargetAssignmentMetadata: RecordSchema = {
  name: 'ShareGroupTargetAssignmentMetadata',
  about: 'The epoch for which the target assignment of a share group was computed.',
  kind: 'group-coordinator',
  recordType: 12,
  key: {
    name: 'ShareGroupTargetAssignmentMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'ShareGroupTargetAssignmentMetadataValue',
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
