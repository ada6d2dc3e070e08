import type { RecordSchema } from '../types.ts'

export const snapshotFooterRecord: RecordSchema = {
  name: 'SnapshotFooterRecord',
  about: 'The value of the control record that ends a metadata snapshot.',
  kind: 'data',
  value: {
    name: 'SnapshotFooterRecord',
    versions: '0',
    flexible: '0+',
    fields: [{ name: 'Version', type: 'int16', versions: '0+' }]
  }
}
