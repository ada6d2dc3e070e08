import type { RecordSchema } from '../types.ts'

export const snapshotHeaderRecord: RecordSchema = {
  name: 'SnapshotHeaderRecord',
  about: 'The value of the control record that begins a metadata snapshot.',
  kind: 'data',
  value: {
    name: 'SnapshotHeaderRecord',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Version', type: 'int16', versions: '0+' },
      { name: 'LastContainedLogTimestamp', type: 'int64', versions: '0+' }
    ]
  }
}
