import type { RecordSchema } from '../types.ts'

export const shareGroupMetadata: RecordSchema = {
  name: 'ShareGroupMetadata',
  about: 'The epoch of a share group.',
  kind: 'group-coordinator',
  recordType: 11,
  key: {
    name: 'ShareGroupMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'ShareGroupMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Epoch', type: 'int32', versions: '0+' },
      { name: 'MetadataHash', type: 'int64', versions: '0+' }
    ]
  }
}
