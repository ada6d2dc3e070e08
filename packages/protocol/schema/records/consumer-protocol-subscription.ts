import type { RecordSchema } from '../types.ts'

export const consumerProtocolSubscription: RecordSchema = {
  name: 'ConsumerProtocolSubscription',
  about:
    'What a consumer puts into JoinGroup: topics, and what it owns at present. The int16 version stands in front.',
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
        about: 'Lets a cooperative assignor keep what need not move (KIP-429).',
        fields: [
          { name: 'Topic', type: 'string', versions: '1+', entityType: 'topicName', mapKey: true },
          { name: 'Partitions', type: '[]int32', versions: '1+' }
        ]
      },
      {
        name: 'GenerationId',
        type: 'int32',
        versions: '2+',
        default: -1,
        ignorable: true,
        about: 'Of the owned partitions, so that a stale claim loses (KIP-792).'
      },
      { name: 'RackId', type: 'string', versions: '3+', nullable: '3+', default: null, ignorable: true }
    ]
  }
}
