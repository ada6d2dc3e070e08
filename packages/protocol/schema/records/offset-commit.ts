import type { RecordSchema } from '../types.ts'

export const offsetCommit: RecordSchema = {
  name: 'OffsetCommit',
  about: 'A committed position; a null value in the log deletes it.',
  kind: 'group-coordinator',
  recordType: 1,
  key: {
    name: 'OffsetCommitKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'group', type: 'string', versions: '0' },
      { name: 'topic', type: 'string', versions: '0' },
      { name: 'partition', type: 'int32', versions: '0' }
    ]
  },
  value: {
    name: 'OffsetCommitValue',
    versions: '0-4',
    flexible: '4+',
    fields: [
      { name: 'offset', type: 'int64', versions: '0+', about: 'The next offset to read.' },
      { name: 'leaderEpoch', type: 'int32', versions: '3+', default: -1, ignorable: true },
      { name: 'metadata', type: 'string', versions: '0+' },
      { name: 'commitTimestamp', type: 'int64', versions: '0+' },
      {
        name: 'expireTimestamp',
        type: 'int64',
        versions: '1',
        default: -1,
        ignorable: true,
        about: 'Only in version 1, for commits that brought a retention time of their own.'
      },
      {
        name: 'topicId',
        type: 'uuid',
        versions: '4+',
        tag: 0,
        tagged: '4+',
        ignorable: true,
        about: 'Lets a position be dropped when its topic was recreated.'
      }
    ]
  }
}
