import type { RecordSchema } from '../types.ts'

export const legacyOffsetCommit: RecordSchema = {
  name: 'LegacyOffsetCommit',
  about: 'The oldest form of a committed position; it is read and never written.',
  kind: 'group-coordinator',
  recordType: 0,
  key: {
    name: 'LegacyOffsetCommitKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'group', type: 'string', versions: '0' },
      { name: 'topic', type: 'string', versions: '0' },
      { name: 'partition', type: 'int32', versions: '0' }
    ]
  },
  value: {
    name: 'LegacyOffsetCommitValue',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'offset', type: 'int64', versions: '0' },
      { name: 'metadata', type: 'string', versions: '0' },
      { name: 'commitTimestamp', type: 'int64', versions: '0' }
    ]
  }
}
