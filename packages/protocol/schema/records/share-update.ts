import type { RecordSchema } from '../types.ts'

export const shareUpdate: RecordSchema = {
  name: 'ShareUpdate',
  about: 'A change on top of the last snapshot of a share partition.',
  kind: 'share-coordinator',
  recordType: 1,
  key: {
    name: 'ShareUpdateKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'TopicId', type: 'uuid', versions: '0' },
      { name: 'Partition', type: 'int32', versions: '0' }
    ]
  },
  value: {
    name: 'ShareUpdateValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'SnapshotEpoch', type: 'int32', versions: '0+' },
      { name: 'LeaderEpoch', type: 'int32', versions: '0+' },
      { name: 'StartOffset', type: 'int64', versions: '0+', about: '-1 when unchanged.' },
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
