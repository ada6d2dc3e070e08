/**
 * Produce: appends one record batch per partition.
 *
 * - Advertised from version 0 although only 3 and above are served: librdkafka turns compression off where the
 *   range begins later. Versions 0 to 2 close the connection.
 * - acks 1 and all (-1) are answered when the batch is durable in the chosen mode; acks 0 is appended likewise
 *   and never answered, and an error closes the connection, since nothing else can tell the client.
 * - A duplicate of one of the producer's last five batches is answered with the first one's offset.
 * - zstd from version 7 on (KIP-110). Topic ids from version 13 (KIP-516). Per record errors from version 8 (KIP-467).
 *
 * - Batches of transactions need the transactional id in the request, and are of one producer: otherwise the whole
 *   request is TRANSACTIONAL_ID_AUTHORIZATION_FAILED, or INVALID_PRODUCER_ID_MAPPING. From version 12 on (KIP-890) the
 *   first batch adds its partition to the transaction; before, it is checked that the client did so: if not,
 *   INVALID_TXN_STATE, from version 11 on TRANSACTION_ABORTABLE.
 *
 * - Compressed batches are opened off the loop, at most four at a time and 64 MiB each, and their records checked as
 *   those of others: keys on compacted topics, timestamps, count. Damage inside a right checksum is CORRUPT_MESSAGE.
 *   Requests of one connection append in their order all the same.
 * - `compression.type` of the topic, where it is not the producer's codec: compressed anew, off the loop. What grows
 *   beyond `max.message.bytes` by it is MESSAGE_TOO_LARGE.
 */
import {
  CompressionCodec,
  compressionOf,
  ErrorCode,
  patchMaxTimestamp,
  readBatchHeader,
  TimestampType,
  timestampTypeOf,
  validateProduceRecords
} from '@naru/protocol'
import { PRODUCE, type ProduceRequest, type ProduceResponse } from '@naru/protocol/messages/00-produce'
import type { BatchHeader, BatchRules, InvalidBatch } from '@naru/protocol'
import type { AppendBatch, TopicMetadata } from '@naru/storage'
import {
  CloseConnection,
  NO_RESPONSE,
  type ApiHandler,
  type HandlerResult,
  type RequestContext
} from '../handler.ts'
import { isOpen, openBatch } from '../produce/open-batch.ts'
import {
  appendInTransaction,
  hasTransactional,
  transactionalProblem,
  type ProduceOutcome
} from '../transactions/produce-in-transaction.ts'

type PartitionResponse = ProduceResponse['responses'][number]['partitionResponses'][number]

const TOPIC_IDS_FROM = 13
const ZSTD_FROM = 7
const NO_LEADER = { leaderId: -1, leaderEpoch: -1 }

export const handler: ApiHandler<ProduceRequest, ProduceResponse> = {
  message: PRODUCE,
  permission: 'topic:write',
  pipelined: true,
  handle
}

/** One partition of the request: refused, or waiting for its batch to be opened or for the log. */
interface Entry {
  readonly topic: number
  readonly index: number
  checked: AppendBatch | PartitionResponse | undefined
  response: PartitionResponse | undefined
}

async function handle(
  context: RequestContext,
  request: ProduceRequest
): Promise<HandlerResult<ProduceResponse>> {
  const entries: Entry[] = []
  const opening: Promise<void>[] = []
  const partitionCount = request.topicData.reduce((count, topic) => count + topic.partitionData.length, 0)
  for (const [topicAt, topic] of request.topicData.entries()) {
    const found = context.broker.topics.find(topic, context.version >= TOPIC_IDS_FROM)
    for (const { index, records } of topic.partitionData) {
      const entry: Entry = { topic: topicAt, index, checked: undefined, response: undefined }
      entries.push(entry)
      const checked = check({ context, request, topic: found, index, records, partitionCount })
      if (checked instanceof Promise) opening.push(checked.then((opened) => void (entry.checked = opened)))
      else entry.checked = checked
    }
  }
  const turn = context.broker.produceTurns.enter(
    context.client,
    opening.length === 0 ? undefined : Promise.all(opening)
  )
  if (turn !== undefined) await turn
  return appendAll(context, request, entries)
}

/** Up to the log's decision nothing waits: requests of a connection are decided in their order. */
async function appendAll(
  context: RequestContext,
  request: ProduceRequest,
  entries: readonly Entry[]
): Promise<HandlerResult<ProduceResponse>> {
  const batches: AppendBatch[] = []
  const appending: Entry[] = []
  for (const entry of entries) {
    const { checked } = entry
    if (checked === undefined) continue
    if ('errorCode' in checked) entry.response = checked
    else {
      batches.push(checked)
      appending.push(entry)
    }
  }
  const problem = transactionalProblem(request.transactionalId, batches)
  if (problem !== undefined) {
    for (const entry of entries) entry.response = refused(entry.index, problem)
    return request.acks === 0 ? unanswered(entries) : answer(request, entries)
  }
  const results = batches.length === 0 ? [] : await append(context, request, batches)
  for (const [at, result] of results.entries()) {
    const entry = appending[at] as Entry
    entry.response = appended(entry.index, result)
    count(context, batches[at] as AppendBatch, result)
  }
  return request.acks === 0 ? unanswered(entries) : answer(request, entries)
}

function append(
  { broker, version }: RequestContext,
  { transactionalId }: ProduceRequest,
  batches: readonly AppendBatch[]
): Promise<readonly ProduceOutcome[]> {
  if (transactionalId === null || !hasTransactional(batches)) return broker.storage.log.append(batches)
  return appendInTransaction(broker, { transactionalId, version }, batches)
}

interface Part {
  readonly context: RequestContext
  readonly request: ProduceRequest
  readonly topic: TopicMetadata | undefined
  readonly index: number
  readonly records: Uint8Array | readonly Uint8Array[] | null
  readonly partitionCount: number
}

type Checked = AppendBatch | PartitionResponse

/** The batch to append, or the answer when it is refused; later when the batch has to be opened. */
function check(part: Part): Checked | Promise<Checked> {
  const { context, request, topic, index, records } = part
  if (topic === undefined) {
    const byId = context.version >= TOPIC_IDS_FROM
    return refused(index, byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  if (index < 0 || index >= topic.partitionCount) return refused(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  if (request.acks < -1 || request.acks > 1) return refused(index, ErrorCode.INVALID_REQUIRED_ACKS)
  if (context.broker.topics.isInternal(topic.name)) return refused(index, ErrorCode.INVALID_TOPIC_EXCEPTION)
  if (!(records instanceof Uint8Array))
    return refused(index, ErrorCode.INVALID_RECORD, 'there are no records')
  const rules = rulesOf(context, topic)
  const verdict = validateProduceRecords(records, rules)
  if (verdict.kind === 'invalid') return invalidBatch(index, verdict)
  const { header } = verdict
  if (context.version < ZSTD_FROM && compressionOf(header.attributes) === CompressionCodec.zstd) {
    const message = `zstd is taken from version ${ZSTD_FROM} on`
    return refused(index, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, message)
  }
  const bytes = records.byteLength === header.sizeInBytes ? records : records.subarray(0, header.sizeInBytes)
  const settings = context.broker.config.topic(topic.name)
  const { maxTimestamp } = verdict
  if (maxTimestamp !== undefined && isOpen({ header, settings })) {
    return toAppend(part, topic, { bytes, header, maxTimestamp })
  }
  const toOpen = { bytes, header, maxTimestamp, rules, settings }
  return openBatch(context.broker.compression, toOpen).then((opened) => {
    if (opened.kind === 'invalid') return invalidBatch(index, opened)
    return toAppend(part, topic, { ...opened, header: readBatchHeader(opened.bytes) })
  })
}

interface BatchToAppend {
  readonly bytes: Uint8Array
  readonly header: BatchHeader
  readonly maxTimestamp: number
}

function toAppend(part: Part, topic: TopicMetadata, batch: BatchToAppend): AppendBatch {
  const { bytes, header, maxTimestamp } = batch
  const isPatched = patchTime(bytes, header, maxTimestamp)
  // Compressed anew, a batch does not lie in the request any more.
  const isRepacked = bytes.buffer !== (part.records as Uint8Array).buffer
  const owner = part.context.broker.storage.ownership.partitionOwner(topic.topicId, part.index)
  return {
    topicId: topic.topicId,
    partition: part.index,
    bytes,
    header: isPatched ? readBatchHeader(bytes) : header,
    ownerEpoch: owner?.epoch ?? -1,
    memory: isRepacked ? undefined : part.context.memory,
    pinnedBytes: Math.max(bytes.byteLength, Math.ceil(bytes.buffer.byteLength / part.partitionCount))
  }
}

/** A producer's own time must not pass for the broker's; in a topic with LogAppendTime the log writes both. */
function patchTime(bytes: Uint8Array, header: BatchHeader, maxTimestamp: number): boolean {
  const isProducers = timestampTypeOf(header.attributes) === TimestampType.createTime
  if (isProducers && maxTimestamp === header.maxTimestamp) return false
  patchMaxTimestamp(bytes, 0, { type: TimestampType.createTime, maxTimestamp })
  return true
}

function rulesOf(context: RequestContext, topic: TopicMetadata): BatchRules {
  const settings = context.broker.config.topic(topic.name)
  const nowMs = context.broker.clock.wallMs()
  return {
    batchBytesMax: settings.maxMessageBytes,
    timestampType: settings.logAppendTime ? TimestampType.logAppendTime : TimestampType.createTime,
    timestampMsMin: nowMs - settings.timestampBeforeMaxMs,
    timestampMsMax: nowMs + settings.timestampAfterMaxMs,
    keyRequired: settings.compact
  }
}

function appended(index: number, result: ProduceOutcome): PartitionResponse {
  switch (result.kind) {
    case 'refused':
      return refused(index, result.error, result.message)
    case 'appended':
    case 'duplicate':
      return {
        ...refused(index, ErrorCode.NONE),
        baseOffset: result.baseOffset,
        logAppendTimeMs: result.appendTimeMs,
        logStartOffset: result.logStartOffset
      }
    case 'out-of-order':
      return refused(index, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    case 'fenced':
      return refused(index, ErrorCode.INVALID_PRODUCER_EPOCH)
    case 'coordinator-fenced':
      return refused(index, ErrorCode.TRANSACTION_COORDINATOR_FENCED)
    case 'transaction-not-verified':
    case 'transaction-open':
      return refused(index, ErrorCode.INVALID_TXN_STATE)
    case 'unknown-partition':
      return refused(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    case 'not-owner':
      return refused(index, ErrorCode.NOT_LEADER_OR_FOLLOWER)
    case 'storage-error':
      return refused(index, ErrorCode.KAFKA_STORAGE_ERROR, `the log cannot be written: ${result.code}`)
  }
}

function refused(index: number, errorCode: ErrorCode, errorMessage: string | null = null): PartitionResponse {
  return {
    index,
    errorCode,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage,
    currentLeader: NO_LEADER
  }
}

function invalidBatch(index: number, verdict: InvalidBatch): PartitionResponse {
  const recordErrors = verdict.recordErrors.map(({ batchIndex, message }) => ({
    batchIndex,
    batchIndexErrorMessage: message
  }))
  return { ...refused(index, verdict.error, verdict.message), recordErrors }
}

function count(context: RequestContext, batch: AppendBatch, result: ProduceOutcome): void {
  if (result.kind !== 'appended') return
  context.broker.metrics.producedBatches++
  context.broker.metrics.producedBytes += batch.bytes.byteLength
}

function unanswered(entries: readonly Entry[]): HandlerResult<ProduceResponse> {
  const failed = entries.find((entry) => entry.response?.errorCode !== ErrorCode.NONE)
  if (failed === undefined) return NO_RESPONSE
  return new CloseConnection(`a batch sent with acks=0 was refused with error ${failed.response?.errorCode}`)
}

function answer(request: ProduceRequest, entries: readonly Entry[]): ProduceResponse {
  const responses = request.topicData.map(({ name, topicId }) => ({
    name,
    topicId,
    partitionResponses: [] as PartitionResponse[]
  }))
  for (const { topic, index, response } of entries) {
    responses[topic]?.partitionResponses.push(response ?? refused(index, ErrorCode.UNKNOWN_SERVER_ERROR))
  }
  return { responses, throttleTimeMs: 0, nodeEndpoints: [] }
}
