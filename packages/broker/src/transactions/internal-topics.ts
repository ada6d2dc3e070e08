/** The topic in which the transaction coordinator keeps what it knows; made when it is needed first. */
import type { InternalTopic } from '../topics/topic-catalog.ts'

export const TRANSACTION_TOPIC = '__transaction_state'

export const transactionTopic: InternalTopic = {
  name: TRANSACTION_TOPIC,
  partitionsConfig: 'transaction.state.log.num.partitions',
  configs: [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'compression.type', value: 'uncompressed' },
    { name: 'min.insync.replicas', value: '1' },
    { name: 'segment.bytes', value: '104857600' },
    { name: 'unclean.leader.election.enable', value: 'false' }
  ]
}
