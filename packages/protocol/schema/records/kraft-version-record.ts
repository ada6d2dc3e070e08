import type { RecordSchema } from '../types.ts'

export const kRaftVersionRecord: RecordSchema = {
  name: 'KRaftVersionRecord',
  about: 'The value of the control record that sets the version of the quorum protocol.',
  kind: 'data',
  value: {
    name: 'KRaftVersionRecord',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Version', type: 'int16', versions: '0+' },
      { name: 'KRaftVersion', type: 'int16', versions: '0+' }
    ]
  }
}
