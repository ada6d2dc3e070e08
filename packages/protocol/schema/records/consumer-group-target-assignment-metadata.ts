import type { RecordSchema } from '../types.ts'

export const consumerGroupTargetAssignmentMetadata: RecordSchema = {
  name: 'ConsumerGroupTargetAssignmentMetadata',
  about: '',
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
    fields: [{ name: 'AssignmentEpoch', type: 'int32', versions: '0+' }]
  }
}
