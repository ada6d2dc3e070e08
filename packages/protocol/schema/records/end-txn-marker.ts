import type { RecordSchema } from '../types.ts'

export const endTxnMarker: RecordSchema = {
  name: 'EndTxnMarker',
  about: 'The value of a control record that ends a transaction.',
  kind: 'data',
  value: {
    name: 'EndTxnMarker',
    versions: '0',
    flexible: 'none',
    fields: [
      {
        name: 'CoordinatorEpoch',
        type: 'int32',
        versions: '0+',
        about: 'Rises with every change of the coordinator; markers of an older one are refused.'
      }
    ]
  }
}
