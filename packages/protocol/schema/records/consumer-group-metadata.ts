import type { RecordSchema } from '../types.ts'

export const consumerGroupMetadata: RecordSchema = {
  name: 'ConsumerGroupMetadata',
  about: '',
  kind: 'group-coordinator',
  recordType: 3,
  key: {
    name: 'ConsumerGroupMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'ConsumerGroupMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Epoch', type: 'int32', versions: '0+' },
      { name: 'MetadataHash', type: 'int64', versions: '0+', tag: 0, tagged: '0+', default: 0 }
    ]
  }
}
