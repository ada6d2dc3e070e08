/**
 * DescribeProducers: the producers that a partition remembers, and where their open transactions begin (KIP-664).
 *
 * - Every producer with a sequence, an epoch or an open transaction, in no particular order. A transaction that its
 *   coordinator knows nothing of any more is hanging: `kafka-transactions.sh find-hanging` compares the two.
 * - A partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION, a name that no topic can have
 *   INVALID_TOPIC_EXCEPTION.
 * - One answer holds at most PRODUCERS_DESCRIBED_MAX producers; the partitions beyond are refused with
 *   INVALID_REQUEST. Apache Kafka has no such bound.
 */
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_PRODUCERS,
  type DescribeProducersRequest,
  type DescribeProducersResponse,
  type PartitionResponse
} from '@naru/protocol/messages/61-describe-producers'
import type { ProducerSummary, TopicMetadata } from '@naru/storage'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { PRODUCERS_DESCRIBED_MAX } from '../limits.ts'
import { topicNameProblem } from '../topics/topic-name.ts'

export const handler: ApiHandler<DescribeProducersRequest, DescribeProducersResponse> = {
  message: DESCRIBE_PRODUCERS,
  permission: 'topic:read',
  handle
}

function handle(context: RequestContext, request: DescribeProducersRequest): DescribeProducersResponse {
  const room = { producers: PRODUCERS_DESCRIBED_MAX }
  const topics = request.topics.map(({ name, partitionIndexes }) => {
    const problem = topicNameProblem(name)
    const topic = context.broker.topics.byName(name)
    const partitions = partitionIndexes.map((index) =>
      problem === undefined
        ? describe(context, topic, index, room)
        : failed(index, ErrorCode.INVALID_TOPIC_EXCEPTION, problem)
    )
    return { name, partitions }
  })
  return { throttleTimeMs: 0, topics }
}

function describe(
  context: RequestContext,
  topic: TopicMetadata | undefined,
  partitionIndex: number,
  room: { producers: number }
): PartitionResponse {
  const { log } = context.broker.storage
  if (topic === undefined || log.state(topic.topicId, partitionIndex) === undefined) {
    return failed(partitionIndex, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 'there is no such partition here')
  }
  const producers = room.producers > 0 ? log.producers(topic.topicId, partitionIndex) : undefined
  if (producers === undefined || producers.length > room.producers) {
    room.producers = 0
    return failed(partitionIndex, ErrorCode.INVALID_REQUEST, 'too many producers for one answer')
  }
  room.producers -= producers.length
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    activeProducers: producers.map(activeProducer)
  }
}

function activeProducer(producer: ProducerSummary): PartitionResponse['activeProducers'][number] {
  return {
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: producer.lastTimestampMs,
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: producer.currentTransactionStartOffset
  }
}

function failed(
  partitionIndex: number,
  errorCode: ErrorCode,
  errorMessage: string | null = null
): PartitionResponse {
  return { partitionIndex, errorCode, errorMessage, activeProducers: [] }
}
