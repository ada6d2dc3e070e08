import type { RecordSchema } from '../types.ts'

export const shareSnapshot: RecordSchema = {
  name: 'ShareSnapshot',
  about: 'The whole delivery state of a share partition; updates follow until the next snapshot.',
  kind: 'share-coordinator',
  recordType: 0,
  key: {
    name: 'ShareSnapshotKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'TopicId', type: 'uuid', versions: '0' },
      { name: 'Partition', type: 'int32', versions: '0' }
    ]
  },
  value: {
    name: 'ShareSnapshotValue',
    versions: '0',
    flexible: '0+',
    fields: [
      {
        name: 'SnapshotEpoch',
        type: 'int32',
        versions: '0+',
        about: 'Counts the snapshots; updates carry the epoch of theirs.'
      },
      {
        name: 'StateEpoch',
        type: 'int32',
        versions: '0+',
        about:
          'Rises when the state of a share partition is initialized anew; writes with an older one are fenced.'
      },
      { name: 'LeaderEpoch', type: 'int32', versions: '0+' },
      {
        name: 'StartOffset',
        type: 'int64',
        versions: '0+',
        about: 'The first offset that is not finished yet; everything below is acknowledged or archived.'
      },
      {
        name: 'DeliveryCompleteCount',
        type: 'int32',
        versions: '0+',
        tag: 0,
        tagged: '0+',
        default: -1,
        about:
          'How many records beyond the start offset are finished, for the lag of the group; -1 when unknown.'
      },
      { name: 'CreateTimestamp', type: 'int64', versions: '0+' },
      { name: 'WriteTimestamp', type: 'int64', versions: '0+' },
      {
        name: 'StateBatches',
        type: '[]StateBatch',
        versions: '0+',
        fields: [
          { name: 'FirstOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
          { name: 'LastOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
          {
            name: 'DeliveryState',
            type: 'int8',
            versions: '0+',
            about:
              '0 available, 2 acknowledged, 4 archived; records that are only acquired are not persisted.'
          },
          {
            name: 'DeliveryCount',
            type: 'int16',
            versions: '0+',
            about: 'How often these records have been handed out so far.'
          }
        ]
      }
    ]
  }
}
