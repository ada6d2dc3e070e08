import type { RecordSchema } from '../types.ts'

export const endTxnMarker: RecordSchema = {
  name: 'EndTxnMarker',
  about: '',
  kind: 'data',
  value: {
    name: 'EndTxnMarker',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'CoordinatorEpoch', type: 'int32', versions: '0+' }]
  }
}
