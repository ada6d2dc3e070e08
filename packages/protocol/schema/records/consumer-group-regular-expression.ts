import type { RecordSchema } from '../types.ts'

export const consumerGroupRegularExpression: RecordSchema = {
  name: 'ConsumerGroupRegularExpression',
  about: 'The topics that a subscription by expression resolved to.',
  kind: 'group-coordinator',
  recordType: 16,
  key: {
    name: 'ConsumerGroupRegularExpressionKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'RegularExpression', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ConsumerGroupRegularExpressionValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Topics', type: '[]string', versions: '0+' },
      { name: 'Version', type: 'int64', versions: '0+', about: 'The metadata version that was searched.' },
      { name: 'Timestamp', type: 'int64', versions: '0+' }
    ]
  }
}
