import type { RecordSchema } from '../types.ts'

export const shareGroupStatePartitionMetadata: RecordSchema = {
  name: 'ShareGroupStatePartitionMetadata',
  about: 'Which share partitions have state, are getting it, or are losing it.',
  kind: 'group-coordinator',
  recordType: 15,
  key: {
    name: 'ShareGroupStatePartitionMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'ShareGroupStatePartitionMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'InitializingTopics', type: '[]TopicPartitionsInfo', versions: '0+' },
      { name: 'InitializedTopics', type: '[]TopicPartitionsInfo', versions: '0+' },
      { name: 'DeletingTopics', type: '[]TopicInfo', versions: '0+' }
    ],
    structs: [
      {
        name: 'TopicPartitionsInfo',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'TopicName', type: 'string', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      },
      {
        name: 'TopicInfo',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'TopicName', type: 'string', versions: '0+' }
        ]
      }
    ]
  }
}
