import type { RecordSchema } from '../types.ts'

export const consumerProtocolSubscription: RecordSchema = {
  name: 'ConsumerProtocolSubscription',
  about: '',
  kind: 'data',
  value: {
    name: 'ConsumerProtocolSubscription',
    versions: '0-3',
    flexible: 'none',
    fields: [
      { name: 'Topics', type: '[]string', versions: '0+' },
      { name: 'UserData', type: 'bytes', versions: '0+', nullable: '0+', default: null },
      {
        name: 'OwnedPartitions',
        type: '[]TopicPartition',
        versions: '1+',
        ignorable: true,
        fields: [
          { name: 'Topic', type: 'string', versions: '1+', entityType: 'topicName', mapKey: true },
          { name: 'Partitions', type: '[]int32', versions: '1+' }
        ]
      },
      { name: 'GenerationId', type: 'int32', versions: '2+', default: -1, ignorable: true },
      { name: 'RackId', type: 'string', versions: '3+', nullable: '3+', default: null, ignorable: true }
    ]
  }
}
