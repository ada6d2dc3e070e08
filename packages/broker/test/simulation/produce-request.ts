/** One batch to one partition, addressed by name and id: each version takes what it knows. */
import type { ProduceRequest, PartitionProduceResponse } from '@naru/protocol/messages/00-produce'
import type { SimTopic } from './world.ts'

export type ProduceAnswer = Pick<PartitionProduceResponse, 'errorCode' | 'baseOffset'>

export function produceRequest(options: {
  readonly topic: SimTopic
  readonly partition: number
  readonly bytes: Uint8Array
  readonly acks: number
  readonly transactionalId?: string
}): ProduceRequest {
  const { topic, partition, bytes, acks, transactionalId = null } = options
  return {
    transactionalId,
    acks,
    timeoutMs: 3_000,
    topicData: [
      { name: topic.name, topicId: topic.id, partitionData: [{ index: partition, records: bytes }] }
    ]
  }
}
