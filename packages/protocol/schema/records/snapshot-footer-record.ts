import type { RecordSchema } from '../types.ts'

export const snapshotFooterRecord: RecordSchema = {
  name: 'SnapshotFooterRecord',
  about: '',
  kind: 'data',
  value: {
    name: 'SnapshotFooterRecord',
    versions: '0',
    flexible: '0+',
    fields: [{ name: 'Version', type: 'int16', versions: '0+' }]
  }
}
