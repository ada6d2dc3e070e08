/**
 * Writes the end of a transaction into its partitions: one append for all of them, so that they share a sync. What the
 * log does not take for now is written again until it does; a partition that is gone, or in which a newer coordinator
 * or producer has ended the transaction already, needs no marker. Nothing more is written for a decision that is not
 * due any more: the next transaction of a version 1 producer would take the marker for its own.
 */
import type { Clock, Logger, Timer, Timers, Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { AppendBatch, AppendResult, Storage } from '@naru/storage'
import { markerBatch, type Marker } from '../coordinator/slot-log.ts'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { GROUP_TOPIC } from '../groups/internal-topics.ts'
import { MARKER_RETRY_MS } from './limits.ts'
import type { MarkersDue } from './machine.ts'
import type { PartitionError } from './results.ts'
import type { TransactionPartitions } from './transaction.ts'

/** Ends a transaction in a slot of `__consumer_offsets`. */
export type EndInGroups = (topicId: Uuid, slot: number, marker: Marker) => ErrorCode | Promise<ErrorCode>

export interface MarkerWriterOptions {
  readonly storage: Storage
  readonly topics: TopicCatalog
  readonly endInGroups: EndInGroups
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

/** A decision, and whoever made it. */
export interface MarkerOrder {
  readonly due: MarkersDue
  /** False once somebody else sees to the markers, or they are all written. */
  readonly isDue: () => boolean
  /** Called when every partition has its marker. */
  readonly written: () => void
}

export class MarkerWriter {
  readonly #options: MarkerWriterOptions
  readonly #retries = new Set<Timer>()
  readonly #writing = new Set<Promise<void>>()
  #closed = false

  constructor(options: MarkerWriterOptions) {
    this.#options = options
  }

  /** Writes until every partition has its marker, then calls back; stops when it is not due any more. */
  write(order: MarkerOrder): void {
    if (this.#closed || !order.isDue()) return
    const writing = this.#write(order)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        this.#options.logger.log('error', 'transaction-markers-failed', {
          transactionalId: order.due.transactionalId,
          reason
        })
        this.#retry(order)
      })
      .finally(() => this.#writing.delete(writing))
    this.#writing.add(writing)
  }

  /** Writes nothing more; what is missing is written after the next start. Resolves when the last write is settled. */
  async close(): Promise<void> {
    this.abandon()
    await Promise.all(this.#writing)
  }

  abandon(): void {
    this.#closed = true
    for (const timer of this.#retries) timer.cancel()
    this.#retries.clear()
  }

  /** Writes a marker once, with an answer for each partition. */
  async writeOnce(marker: Marker, partitions: TransactionPartitions): Promise<PartitionError[]> {
    const { storage, topics, endInGroups, clock } = this.#options
    const batches: AppendBatch[] = []
    const appending: { readonly topic: string; readonly partition: number }[] = []
    const inGroups: Promise<PartitionError>[] = []
    const settled: PartitionError[] = []
    for (const [name, indexes] of partitions) {
      const topic = topics.byName(name)
      for (const partition of indexes) {
        if (topic === undefined || partition < 0 || partition >= topic.partitionCount) {
          settled.push({ topic: name, partition, error: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })
        } else if (name === GROUP_TOPIC) {
          const ended = Promise.resolve(endInGroups(topic.topicId, partition, marker))
          inGroups.push(ended.then((error) => ({ topic: name, partition, error: groupError(error) })))
        } else {
          const ownerEpoch = storage.ownership.partitionOwner(topic.topicId, partition)?.epoch ?? -1
          const address = { topicId: topic.topicId, partition, ownerEpoch }
          batches.push(markerBatch(address, marker, clock.wallMs()))
          appending.push({ topic: name, partition })
        }
      }
    }
    const appended = batches.length === 0 ? [] : await storage.log.append(batches)
    for (const [at, where] of appending.entries()) settled.push({ ...where, error: errorOf(appended[at]) })
    return [...settled, ...(await Promise.all(inGroups))]
  }

  async #write(order: MarkerOrder): Promise<void> {
    const { due, written } = order
    const missing = new Map<string, Set<number>>()
    for (const { topic, partition, error } of await this.writeOnce(due.marker, due.partitions)) {
      if (error === ErrorCode.NONE || this.#isNeedless(due, { topic, partition, error })) continue
      missing.set(topic, (missing.get(topic) ?? new Set<number>()).add(partition))
    }
    if (missing.size > 0) this.#retry({ ...order, due: { ...due, partitions: missing } })
    else if (order.isDue()) written()
  }

  #isNeedless({ transactionalId, marker }: MarkersDue, { topic, partition, error }: PartitionError): boolean {
    if (error === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return true
    const isFenced =
      error === ErrorCode.INVALID_PRODUCER_EPOCH || error === ErrorCode.TRANSACTION_COORDINATOR_FENCED
    if (isFenced) {
      const { producerId } = marker
      const details = { transactionalId, producerId, topic, partition, error }
      this.#options.logger.log('warn', 'transaction-marker-fenced', details)
    }
    return isFenced
  }

  #retry(order: MarkerOrder): void {
    if (this.#closed || this.#options.storage.failed.aborted || !order.isDue()) return
    const again = (): void => {
      this.#retries.delete(timer)
      this.write(order)
    }
    const timer = this.#options.timers.after(MARKER_RETRY_MS, again, { background: true })
    this.#retries.add(timer)
  }
}

/** A slot that is not ready is for the writer of markers a partition without a leader. */
function groupError(error: ErrorCode): ErrorCode {
  switch (error) {
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.NOT_COORDINATOR:
      return ErrorCode.NOT_LEADER_OR_FOLLOWER
    default:
      return error
  }
}

function errorOf(result: AppendResult | undefined): ErrorCode {
  switch (result?.kind) {
    case 'appended':
    case 'duplicate':
      return ErrorCode.NONE
    case 'fenced':
      return ErrorCode.INVALID_PRODUCER_EPOCH
    case 'coordinator-fenced':
      return ErrorCode.TRANSACTION_COORDINATOR_FENCED
    case 'unknown-partition':
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    case 'not-owner':
      return ErrorCode.NOT_LEADER_OR_FOLLOWER
    case 'out-of-order':
    case 'transaction-not-verified':
    case 'transaction-open':
      return ErrorCode.INVALID_TXN_STATE
    case 'storage-error':
    case undefined:
      return ErrorCode.KAFKA_STORAGE_ERROR
  }
}
