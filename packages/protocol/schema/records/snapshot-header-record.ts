import type { RecordSchema } from '../types.ts'

export const snapshotHeaderRecord: RecordSchema = {
  name: 'SnapshotHeaderRecord',
  about: '',
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
