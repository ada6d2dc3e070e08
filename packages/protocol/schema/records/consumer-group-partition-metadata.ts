import type { RecordSchema } from '../types.ts'

export const consumerGroupPartitionMetadata: RecordSchema = {
  name: 'ConsumerGroupPartitionMetadata',
  about:
    'Partition counts and racks of the topics subscribed to; replaced by a hash in Kafka 4.1, only tombstones are written.',
  kind: 'group-coordinator',
  recordType: 4,
  key: {
    name: 'ConsumerGroupPartitionMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'ConsumerGroupPartitionMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      {
        name: 'Topics',
        type: '[]TopicMetadata',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'TopicName', type: 'string', versions: '0+' },
          { name: 'NumPartitions', type: 'int32', versions: '0+' },
          {
            name: 'PartitionMetadata',
            type: '[]PartitionMetadata',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              { name: 'Racks', type: '[]string', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
