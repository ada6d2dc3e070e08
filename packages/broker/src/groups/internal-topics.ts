/** The topic in which the group coordinator keeps what it knows; made when it is needed first. */
import type { InternalTopic } from '../topics/topic-catalog.ts'

export const GROUP_TOPIC = '__consumer_offsets'

export const groupTopic: InternalTopic = {
  name: GROUP_TOPIC,
  partitionsConfig: 'offsets.topic.num.partitions',
  configs: [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'compression.type', value: 'producer' },
    { name: 'segment.bytes', value: '104857600' }
  ]
}
