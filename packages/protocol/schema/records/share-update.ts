import type { RecordSchema } from '../types.ts'

export const shareUpdate: RecordSchema = {
  name: 'ShareUpdate',
  about: '',
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
      { name: 'StartOffset', type: 'int64', versions: '0+' },
      { name: 'DeliveryCompleteCount', type: 'int32', versions: '0+', tag: 0, tagged: '0+', default: -1 },
      {
        name: 'StateBatches',
        type: '[]StateBatch',
        versions: '0+',
        fields: [
          { name: 'FirstOffset', type: 'int64', versions: '0+' },
          { name: 'LastOffset', type: 'int64', versions: '0+' },
          { name: 'DeliveryState', type: 'int8', versions: '0+' },
          { name: 'DeliveryCount', type: 'int16', versions: '0+' }
        ]
      }
    ]
  }
}
