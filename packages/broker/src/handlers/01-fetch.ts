/**
 * Fetch: record batches from an offset on, as they were stored.
 *
 * - Whole batches, beginning with the one that holds the offset; the first batch comes even when it is larger
 *   than every limit (KIP-74). Waits up to `max_wait_ms` for `min_bytes`.
 * - Sessions (v7, KIP-227): an incremental answer leaves out partitions without news; what gave records moves
 *   behind the others.
 * - Leader epochs (v9, KIP-320), diverging epochs (v12, KIP-595), topic ids (v13, KIP-516).
 * - Nothing above the high watermark, which is the end of what is durable; with read_committed nothing above the
 *   last stable offset.
 *
 * Left out on purpose: rack-aware replica selection (v11; there is one replica), the fetch protocol between
 * replicas (a replica id is ignored), throttling by quota.
 */
import type { Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { FETCH, type FetchRequest, type FetchResponse } from '@naru/protocol/messages/01-fetch'
import { LongPoll } from '../fetch/long-poll.ts'
import { PartitionReader, type PartitionRead, type ReadRound } from '../fetch/partition-reader.ts'
import {
  partitionKey,
  rotate,
  type FetchPartition,
  type FetchPlan,
  type FetchSession
} from '../fetch/sessions.ts'
import { LentResponse, type ApiHandler, type HandlerResult, type RequestContext } from '../handler.ts'
import { FETCH_BYTES_MIN } from '../limits.ts'

type TopicResponse = FetchResponse['responses'][number]
type PartitionResponse = TopicResponse['partitions'][number]

const TOPIC_IDS_FROM = 13
const READ_COMMITTED = 1
const NO_REPLICA = -1

export const handler: ApiHandler<FetchRequest, FetchResponse> = {
  message: FETCH,
  permission: 'topic:read',
  handle
}

async function handle(context: RequestContext, request: FetchRequest): Promise<HandlerResult<FetchResponse>> {
  const { broker } = context
  const usesTopicIds = context.version >= TOPIC_IDS_FROM
  const plan = broker.fetchSessions.plan({
    sessionId: request.sessionId,
    sessionEpoch: request.sessionEpoch,
    usesTopicIds,
    wanted: wantedPartitions(request),
    forgotten: forgottenKeys(request, usesTopicIds)
  })
  if (plan.kind === 'error') return failedResponse(plan.error)
  const reader = new PartitionReader(broker.storage.log, broker.topics)
  const poll = new LongPoll({ log: broker.storage.log, topics: broker.topics, reader, timers: broker.timers })
  const limit = bytesMax(context, request)
  const round = await poll.poll(
    {
      partitions: plan.partitions,
      usesTopicIds,
      bytesMax: limit,
      isolation: request.isolationLevel === READ_COMMITTED ? 'read-committed' : 'read-uncommitted'
    },
    {
      // More than fits into the answer would never be there.
      minBytes: Math.min(request.minBytes, limit),
      maxWaitMs: request.maxWaitMs,
      closed: context.client.closed
    }
  )
  broker.metrics.fetchedBytes += round.bytes
  const answer = response(plan, round, request)
  const releases = round.reads.flatMap(({ release }) => release ?? [])
  if (releases.length === 0) return answer
  return new LentResponse(answer, () => {
    for (const release of releases) release()
  })
}

/** The client's limit, the broker's, and what all connections together may still have unsent. */
function bytesMax(context: RequestContext, request: FetchRequest): number {
  const { config, sendBudget } = context.broker
  const limit = Math.min(request.maxBytes, config.number('fetch.max.bytes'))
  return Math.min(limit, Math.max(FETCH_BYTES_MIN, sendBudget.available))
}

function wantedPartitions(request: FetchRequest): FetchPartition[] {
  return request.topics.flatMap((topic) =>
    topic.partitions.map((partition) => ({
      topicName: topic.topic,
      topicId: topic.topicId,
      partition: partition.partition,
      fetchOffset: partition.fetchOffset,
      maxBytes: partition.partitionMaxBytes,
      currentLeaderEpoch: partition.currentLeaderEpoch,
      lastFetchedEpoch: partition.lastFetchedEpoch,
      sentHighWatermark: -1,
      sentLogStartOffset: -1
    }))
  )
}

function forgottenKeys(request: FetchRequest, usesTopicIds: boolean): string[] {
  return request.forgottenTopicsData.flatMap((topic) =>
    topic.partitions.map((partition) => partitionKey(usesTopicIds ? topic.topicId : topic.topic, partition))
  )
}

function response(
  plan: Exclude<FetchPlan, { kind: 'error' }>,
  round: ReadRound,
  request: FetchRequest
): FetchResponse {
  const { session } = plan
  const shown = plan.kind === 'full' ? round.reads : round.reads.filter(hasNews)
  if (session !== undefined) remember(session, round.reads)
  return {
    throttleTimeMs: 0,
    errorCode: ErrorCode.NONE,
    sessionId: session?.id ?? 0,
    responses: byTopic(shown, request.isolationLevel === READ_COMMITTED),
    nodeEndpoints: []
  }
}

function failedResponse(errorCode: ErrorCode): FetchResponse {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses: [], nodeEndpoints: [] }
}

function hasNews({ partition, error, state, bytes, divergingEpoch }: PartitionRead): boolean {
  if (bytes > 0 || error !== ErrorCode.NONE || divergingEpoch !== undefined) return true
  return (
    state?.highWatermark !== partition.sentHighWatermark ||
    state.logStartOffset !== partition.sentLogStartOffset
  )
}

function remember(session: FetchSession, reads: readonly PartitionRead[]): void {
  const served: FetchPartition[] = []
  for (const { partition, error, state, bytes } of reads) {
    // After an error the next answer has to show the partition again, so that its end is seen.
    partition.sentHighWatermark = error === ErrorCode.NONE && state !== undefined ? state.highWatermark : -1
    partition.sentLogStartOffset = error === ErrorCode.NONE && state !== undefined ? state.logStartOffset : -1
    if (bytes > 0) served.push(partition)
  }
  rotate(session, served)
}

function byTopic(reads: readonly PartitionRead[], committed: boolean): TopicResponse[] {
  const topics = new Map<string, { topic: string; topicId: Uuid; partitions: PartitionResponse[] }>()
  for (const read of reads) {
    const { topicName: topic, topicId } = read.partition
    const key = `${topicId}${topic}`
    let entry = topics.get(key)
    if (entry === undefined) topics.set(key, (entry = { topic, topicId, partitions: [] }))
    entry.partitions.push(partitionResponse(read, committed))
  }
  return [...topics.values()]
}

function partitionResponse(read: PartitionRead, committed: boolean): PartitionResponse {
  const { partition, error, state, chunks, abortedTransactions, divergingEpoch } = read
  return {
    partitionIndex: partition.partition,
    errorCode: error,
    highWatermark: state?.highWatermark ?? -1,
    lastStableOffset: state?.lastStableOffset ?? -1,
    logStartOffset: state?.logStartOffset ?? -1,
    divergingEpoch: divergingEpoch ?? { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: committed ? abortedTransactions : null,
    preferredReadReplica: NO_REPLICA,
    records: chunks
  }
}
