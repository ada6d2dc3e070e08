/**
 * TxnOffsetCommit: offsets that a group has consumed in a transaction; they count when it commits.
 *
 * - From version 3 (KIP-447) the producer names member and generation, which are checked as for OffsetCommit, except
 *   that a rebalance does not matter. Before, and with an empty member id and generation -1, nothing is checked.
 * - From version 5 (KIP-890) the group's partition is added to the transaction here; before, the coordinator is only
 *   asked whether AddOffsetsToTxn did so: if not, TRANSACTION_ABORTABLE from version 4 on, INVALID_TXN_STATE before.
 * - Topics and partitions that do not exist are refused one by one, also where all the others are refused together.
 * - A slot that loads is COORDINATOR_NOT_AVAILABLE before version 2, since those clients know no other.
 */
import { ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import {
  TXN_OFFSET_COMMIT,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitRequestTopic,
  type TxnOffsetCommitResponse,
  type TxnOffsetCommitResponseTopic
} from '@naru/protocol/messages/28-txn-offset-commit'
import type { CommitTopic } from '../groups/commit.ts'
import { groupsOf } from '../groups/index.ts'
import type { OffsetsResult } from '../groups/results.ts'
import { groupIdError } from '../groups/validation.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { guardWrites } from '../transactions/write-guards.ts'
import type { WriteVersion } from '../transactions/write-guards.ts'

const LOADING_FROM = 2
const ABORTABLE_FROM = 4
const ADDS_FROM = 5

export const handler: ApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse> = {
  message: TXN_OFFSET_COMMIT,
  permission: 'group:read',
  handle
}

async function handle(
  context: RequestContext,
  request: TxnOffsetCommitRequest
): Promise<TxnOffsetCommitResponse> {
  const topics = request.topics.map((topic) => known(context, topic))
  const wanted = topics.filter(({ partitions }) => partitions.length > 0)
  const result = wanted.length === 0 ? nothing : await commit(context, request, wanted)
  // The coordinator answers in the order in which it was asked.
  const committed = new Map(wanted.map((topic, at) => [topic, result.topics[at]?.partitions ?? []]))
  const refusal = result.error === ErrorCode.NONE ? undefined : errorFor(context, result.error)
  return {
    throttleTimeMs: 0,
    topics: request.topics.map((topic, at) => {
      const asked = topics[at] as CommitTopic
      const partitions = committed.get(asked) ?? []
      const errors =
        refusal === undefined
          ? partitions.map(({ partition, error }) => [partition, error] as const)
          : asked.partitions.map(({ partition }) => [partition, refusal] as const)
      return answer(topic, new Map(errors))
    })
  }
}

const nothing: OffsetsResult = { error: ErrorCode.NONE, topics: [] }

/** The topic with those of its partitions that exist. */
function known({ broker }: RequestContext, topic: TxnOffsetCommitRequestTopic): CommitTopic {
  const count = broker.topics.byName(topic.name)?.partitionCount ?? 0
  const partitions = topic.partitions
    .filter(({ partitionIndex }) => partitionIndex >= 0 && partitionIndex < count)
    .map((partition) => ({
      partition: partition.partitionIndex,
      offset: partition.committedOffset,
      leaderEpoch: partition.committedLeaderEpoch,
      metadata: partition.committedMetadata
    }))
  return { topic: topic.name, topicId: ZERO_UUID, partitions }
}

async function commit(
  context: RequestContext,
  request: TxnOffsetCommitRequest,
  topics: readonly CommitTopic[]
): Promise<OffsetsResult> {
  const { groupId, transactionalId, producerId, producerEpoch } = request
  const failed = (error: ErrorCode): OffsetsResult => ({ error, topics: [] })
  const idError = groupIdError(groupId, false)
  if (idError !== undefined) return failed(idError)
  const groups = groupsOf(context.broker)
  const slot = await groups.partitionOf(groupId)
  if (slot === undefined) return failed(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  const { topicId, name: topic } = slot.topic
  const write = { topicId, topic, partition: slot.partition, baseSequence: -1 }
  const producer = { producerId, producerEpoch }
  const version = writeVersion(context.version)
  const [guard] = await guardWrites(context.broker, {
    transactionalId,
    ...producer,
    version,
    writes: [write]
  })
  if (guard?.kind === 'refused') return failed(guard.error)
  return groups.commitInTransaction({
    groupId,
    producer,
    guard: guard?.guard,
    memberId: request.memberId,
    generationId: request.generationId,
    groupInstanceId: request.groupInstanceId,
    topics
  })
}

function writeVersion(version: number): WriteVersion {
  if (version >= ADDS_FROM) return 'adds'
  return version >= ABORTABLE_FROM ? 'knows-abortable' : 'oldest'
}

/** Errors of the check with the coordinator, and of slots that are not ready, as clients of each version know them. */
function errorFor({ version }: RequestContext, error: ErrorCode): ErrorCode {
  if (version < LOADING_FROM && error === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    return ErrorCode.COORDINATOR_NOT_AVAILABLE
  return error === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ? ErrorCode.COORDINATOR_NOT_AVAILABLE : error
}

function answer(
  { name, partitions }: TxnOffsetCommitRequestTopic,
  errors: ReadonlyMap<number, ErrorCode>
): TxnOffsetCommitResponseTopic {
  return {
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: errors.get(partitionIndex) ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    }))
  }
}
