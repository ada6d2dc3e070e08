import type { RecordSchema } from '../types.ts'

export const consumerGroupTargetAssignmentMetadata: RecordSchema = {
  name: 'ConsumerGroupTargetAssignmentMetadata',
  about:
    "The epoch for which the target assignment of a group was computed; written after its members' parts.",
  kind: 'group-coordinator',
  recordType: 6,
  key: {
    name: 'ConsumerGroupTargetAssignmentMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'ConsumerGroupTargetAssignmentMetadataValue',
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
