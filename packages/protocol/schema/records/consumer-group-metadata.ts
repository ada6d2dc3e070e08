import type { RecordSchema } from '../types.ts'

export const consumerGroupMetadata: RecordSchema = {
  name: 'ConsumerGroupMetadata',
  about: 'The epoch of a KIP-848 group; a tombstone ends the group.',
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
      {
        name: 'MetadataHash',
        type: 'int64',
        versions: '0+',
        tag: 0,
        tagged: '0+',
        default: 0,
        about: 'Of the topics subscribed to, so that a change of them is noticed; 0 when not yet computed.'
      }
    ]
  }
}
