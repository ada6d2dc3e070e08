/**
 * The `LogStore` of both engines: finds the partition, lets it decide, hands the frames to the journal and
 * waits. What differs between the engines - journal, segments, when memory is full - comes in from outside.
 */
import type { Clock, Uuid } from '@naru/base'
import { uuidToBytes } from '@naru/base'
import type { Compression } from '@naru/protocol'
import { FrameState, type Commit, type CommitLog } from '../journal/commit-log.ts'
import type {
  AppendBatch,
  AppendResult,
  DeleteRecordsResult,
  LogConfig,
  LogStore,
  PartitionState,
  ProducerSummary,
  ReadRequest,
  ReadResult,
  TimestampOffset,
  TimestampQuery,
  TransactionCheck,
  TransactionGuardResult,
  Unwatch
} from '../ports/index.ts'
import type { Admission } from './admission.ts'
import { LogStartFrame } from './log-start-frame.ts'
import { PartitionLog, type AppendDecision } from './partition-log.ts'
import type { PartitionHost, TopicLogs } from './partition-host.ts'
import { readPartition } from './partition-read.ts'
import { hasOpenTransaction } from './producer-state.ts'
import { TailBatch } from './tail-batch.ts'
import { offsetForTimestamp } from './timestamp-search.ts'
import { Verifications } from './verification.ts'

export interface PartitionedLogOptions {
  readonly clock: Clock
  readonly commits: CommitLog
  readonly admission: Admission
  readonly producersPerPartitionMax: number
  readonly compression: Compression
  /** Why nothing can be appended now, as an error code; undefined in normal times. */
  readonly refusal: (bytes: number) => string | undefined
  /** The memory that tails pin has changed. */
  readonly tailChanged: (log: PartitionLog, pinnedBytes: number) => void
  /** The log start of a partition has moved: memory or files below it can go. */
  readonly trimmed: (log: PartitionLog) => void
}

export interface TopicToAdd {
  readonly name: string
  readonly id: Uuid
  readonly partitionCount: number
  readonly config: LogConfig
}

const UNKNOWN: AppendResult = { kind: 'unknown-partition' }

export class PartitionedLog implements LogStore, PartitionHost {
  readonly producersPerPartitionMax: number
  readonly compression: Compression
  readonly topics = new Map<Uuid, TopicLogs>()
  /** Receive memory pinned by the tails of all partitions. */
  tailPinnedBytes = 0
  readonly #options: PartitionedLogOptions
  #touched: PartitionLog[] = []

  constructor(options: PartitionedLogOptions) {
    this.#options = options
    this.producersPerPartitionMax = options.producersPerPartitionMax
    this.compression = options.compression
  }

  get accepting(): boolean {
    return this.#options.admission.accepting
  }

  whenAccepting(): Promise<void> {
    return this.#options.admission.whenAccepting()
  }

  append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    const nowMs = this.#options.clock.wallMs()
    const decisions: AppendDecision[] = []
    let last: Commit | undefined
    for (const batch of batches) {
      const decision = this.#decide(batch, nowMs)
      decisions.push(decision)
      if (decision instanceof TailBatch) last = this.#options.commits.add(decision)
      else if (decision.kind === 'duplicate') last = this.#commitOfDuplicate(batch, decision) ?? last
    }
    if (last === undefined) return Promise.resolve(decisions as readonly AppendResult[])
    return last.settled.then(() => decisions.map((decision, index) => this.#answer(batches, decision, index)))
  }

  #decide(batch: AppendBatch, nowMs: number): AppendDecision {
    const log = this.partition(batch.topicId, batch.partition)
    if (log === undefined || log.topic.removing) return UNKNOWN
    const code = this.#options.refusal(batch.bytes.byteLength)
    if (code !== undefined) return { kind: 'storage-error', code }
    return log.append(batch, nowMs)
  }

  /** A duplicate of a batch that is still on its way waits for that batch. */
  #commitOfDuplicate(batch: AppendBatch, duplicate: { readonly baseOffset: number }): Commit | undefined {
    const log = this.partition(batch.topicId, batch.partition)
    if (log === undefined || duplicate.baseOffset < log.highWatermark) return undefined
    return this.#options.commits.current
  }

  #answer(batches: readonly AppendBatch[], decision: AppendDecision, index: number): AppendResult {
    if (decision instanceof TailBatch) {
      if (decision.state === FrameState.durable) return decision.log.resultOf(decision)
      return { kind: 'storage-error', code: decision.failure }
    }
    if (decision.kind !== 'duplicate') return decision
    const { topicId, partition } = batches[index] as AppendBatch
    const log = this.partition(topicId, partition)
    if (log !== undefined && decision.baseOffset >= log.highWatermark) {
      return { kind: 'storage-error', code: 'ABORTED' }
    }
    return decision
  }

  transactionGuard(check: TransactionCheck): TransactionGuardResult {
    const log = this.partition(check.topicId, check.partition)
    if (log === undefined || log.topic.removing) return { kind: 'unknown-partition' }
    const entry = log.producers?.get(check.producerId)
    if (entry !== undefined && check.producerEpoch < entry.epoch) return { kind: 'fenced' }
    if (hasOpenTransaction(entry, check.producerEpoch)) return { kind: 'ongoing' }
    log.verifications ??= new Verifications()
    const { guard } = log.verifications.start(check, this.#options.clock.wallMs())
    return { kind: 'verify', guard }
  }

  read(request: ReadRequest): ReadResult | Promise<ReadResult> {
    const log = this.partition(request.topicId, request.partition)
    return log === undefined ? { kind: 'unknown-partition' } : readPartition(log, request)
  }

  state(topicId: Uuid, partition: number): PartitionState | undefined {
    return this.partition(topicId, partition)?.state
  }

  watch(topicId: Uuid, partition: number, listener: () => void): Unwatch {
    return this.partition(topicId, partition)?.watch(listener) ?? (() => undefined)
  }

  async offsetForTimestamp(
    topicId: Uuid,
    partition: number,
    query: TimestampQuery
  ): Promise<TimestampOffset | undefined> {
    const log = this.partition(topicId, partition)
    return log === undefined ? undefined : offsetForTimestamp(log, query)
  }

  epochEnd(
    topicId: Uuid,
    partition: number,
    leaderEpoch: number
  ): { leaderEpoch: number; endOffset: number } | undefined {
    const log = this.partition(topicId, partition)
    // There is one epoch only; for a later one Kafka knows no end.
    if (log === undefined || leaderEpoch !== log.leaderEpoch) return undefined
    return { leaderEpoch: log.leaderEpoch, endOffset: log.highWatermark }
  }

  async deleteRecordsBefore(topicId: Uuid, partition: number, offset: number): Promise<DeleteRecordsResult> {
    const log = this.partition(topicId, partition)
    if (log === undefined || log.topic.removing) return { kind: 'unknown-partition' }
    const target = offset === -1 ? log.highWatermark : offset
    if (target < 0 || target > log.highWatermark) return { kind: 'out-of-range' }
    if (target <= log.logStartOffset) return { kind: 'deleted', logStartOffset: log.logStartOffset }
    const code = await this.moveLogStart(log, target)
    if (code !== undefined) return { kind: 'storage-error', code }
    return { kind: 'deleted', logStartOffset: log.logStartOffset }
  }

  /** Notes a new log start in the journal; resolves to an error code when that failed. */
  async moveLogStart(log: PartitionLog, offset: number): Promise<string | undefined> {
    const code = this.#options.refusal(0)
    if (code !== undefined) return code
    const frame = new LogStartFrame(log, offset, this.#options.clock.wallMs())
    await this.#options.commits.add(frame).settled
    if (frame.state !== FrameState.durable) return frame.failure
    this.#options.trimmed(log)
    return undefined
  }

  producers(topicId: Uuid, partition: number): readonly ProducerSummary[] {
    const producers = this.partition(topicId, partition)?.producers
    if (producers === undefined) return []
    return [...producers.entries()].map((entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.epoch,
      lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
      lastTimestampMs: entry.lastTimestampMs,
      currentTransactionStartOffset: entry.transactionFirstOffset,
      coordinatorEpoch: entry.coordinatorEpoch
    }))
  }

  partition(topicId: Uuid, partition: number): PartitionLog | undefined {
    return this.topics.get(topicId)?.partitions[partition]
  }

  addTopic(added: TopicToAdd): TopicLogs {
    const { name, id, config } = added
    const topic: TopicLogs = {
      name,
      id,
      idBytes: uuidToBytes(id),
      config,
      removing: false,
      partitions: []
    }
    this.topics.set(id, topic)
    this.addPartitions(topic, added.partitionCount)
    return topic
  }

  addPartitions(topic: TopicLogs, partitionCount: number): void {
    while (topic.partitions.length < partitionCount) {
      topic.partitions.push(new PartitionLog(this, topic, topic.partitions.length))
    }
  }

  /** Takes the topic away from readers and writers; what waits for its partitions is told. */
  removeTopic(id: Uuid): TopicLogs | undefined {
    const topic = this.topics.get(id)
    if (topic === undefined) return undefined
    this.topics.delete(id)
    topic.removing = true
    for (const log of topic.partitions) {
      log.removed = true
      this.moved(log)
    }
    return topic
  }

  tailChanged(log: PartitionLog, pinnedBytes: number): void {
    this.tailPinnedBytes += pinnedBytes
    this.#options.tailChanged(log, pinnedBytes)
  }

  moved(log: PartitionLog): void {
    if (log.touched) return
    log.touched = true
    this.#touched.push(log)
  }

  /** Tells the listeners of all partitions that moved since the last call. */
  notifyMoved(): void {
    const touched = this.#touched
    if (touched.length === 0) return
    this.#touched = []
    for (const log of touched) {
      log.touched = false
      log.notify()
    }
  }
}
