/**
 * The transaction coordinator as handlers see it: checks what needs no transaction, finds the shard, and answers in
 * terms of errors when there is none.
 */
import { errorCode, type Timers } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { Owner } from '@naru/storage'
import type { Act } from '../coordinator/shard.ts'
import type { Marker } from '../coordinator/slot-log.ts'
import type { ProducerIds } from '../producer-ids.ts'
import type { AddCommand, PartitionsCommand } from './add-partitions.ts'
import type { EndCommand } from './end.ts'
import type { InitCommand } from './init-producer.ts'
import { TRANSACTIONAL_ID_BYTES_MAX } from './limits.ts'
import type { ListFilter } from './list.ts'
import type { TransactionMachine } from './machine.ts'
import type { MarkerWriter } from './marker-writer.ts'
import {
  describeError,
  NEEDS_PRODUCER_ID,
  producerError,
  type DescribedTransaction,
  type ListedTransaction,
  type ListResult,
  type PartitionError,
  type ProducerOutcome,
  type ProducerResult
} from './results.ts'
import type { TransactionSettings } from './settings.ts'
import type { TransactionShards } from './shards.ts'
import type { TransactionStep } from './step.ts'
import type { TransactionPartitions } from './transaction.ts'

type Answer<Result> = Result | Promise<Result>

export class TransactionService {
  readonly #shards: TransactionShards
  readonly #markers: MarkerWriter
  readonly #producerIds: ProducerIds
  readonly #settings: () => TransactionSettings
  readonly #timers: Timers

  constructor(options: {
    shards: TransactionShards
    markers: MarkerWriter
    producerIds: ProducerIds
    settings: () => TransactionSettings
    timers: Timers
  }) {
    this.#shards = options.shards
    this.#markers = options.markers
    this.#producerIds = options.producerIds
    this.#settings = options.settings
    this.#timers = options.timers
  }

  /** Whoever coordinates this transactional id, undefined when nobody does right now. */
  owner(transactionalId: string): Promise<Owner | undefined> {
    return this.#shards.owner(transactionalId)
  }

  async initProducer(command: Omit<InitCommand, 'freshProducerId'>): Promise<ProducerResult> {
    const { transactionalId, timeoutMs } = command
    if (!isValidId(transactionalId)) return producerError(ErrorCode.INVALID_REQUEST)
    if (timeoutMs <= 0 || timeoutMs > this.#settings().timeoutMsMax) {
      return producerError(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    }
    return this.#withProducerId((freshProducerId) =>
      this.#request<ProducerOutcome>(
        transactionalId,
        (machine, step, settle) => machine.initProducer(step, { ...command, freshProducerId }, settle),
        producerError
      )
    )
  }

  async end(command: Omit<EndCommand, 'freshProducerId'>): Promise<ProducerResult> {
    const { transactionalId } = command
    if (!isValidId(transactionalId)) return producerError(ErrorCode.INVALID_REQUEST)
    return this.#withProducerId((freshProducerId) =>
      this.#request<ProducerOutcome>(
        transactionalId,
        (machine, step, settle) => machine.end(step, { ...command, freshProducerId }, settle),
        producerError
      )
    )
  }

  addPartitions(command: AddCommand): Answer<ErrorCode> {
    if (!isValidId(command.transactionalId)) return ErrorCode.INVALID_REQUEST
    return this.#request<ErrorCode>(
      command.transactionalId,
      (machine, step, settle) => machine.addPartitions(step, command, settle),
      (error) => error
    )
  }

  /** Whether partitions belong to an open transaction. */
  verify(command: PartitionsCommand): Answer<PartitionError[]> {
    const failed = (error: ErrorCode): PartitionError[] => errorsOf(command.partitions, error)
    if (!isValidId(command.transactionalId)) return failed(ErrorCode.INVALID_REQUEST)
    return this.#request(
      command.transactionalId,
      (machine, step, settle) => machine.verify(step, command, settle),
      failed
    )
  }

  describe(transactionalId: string): Answer<DescribedTransaction> {
    const failed = (error: ErrorCode): DescribedTransaction => describeError(error, transactionalId)
    if (!isValidId(transactionalId)) return failed(ErrorCode.INVALID_REQUEST)
    return this.#request<DescribedTransaction>(
      transactionalId,
      (machine, step, settle) => step.answerWhenDurable(settle, machine.describe(transactionalId)),
      failed
    )
  }

  /** All ids of the slots that are ours; one that cannot be read is an error for the whole list. */
  async list(filter: ListFilter): Promise<ListResult> {
    const transactions: ListedTransaction[] = []
    for (const shard of this.#shards.all()) {
      const list = await shard.request<ListResult>(
        (machine, step, settle) => {
          const listed = machine.list(filter, step.now.wallMs)
          step.answerWhenDurable(settle, { error: ErrorCode.NONE, transactions: listed })
        },
        (error) => ({ error, transactions: [] })
      )
      if (list.error !== ErrorCode.NONE) return list
      for (const one of list.transactions) transactions.push(one)
      // A pattern takes its time with many ids: others are served between two slots.
      await new Promise<void>((resolve) => this.#timers.soon(resolve))
    }
    return { error: ErrorCode.NONE, transactions }
  }

  /** WriteTxnMarkers: ends a transaction in these partitions, whatever its coordinator knows. */
  writeMarkers(marker: Marker, partitions: TransactionPartitions): Promise<PartitionError[]> {
    return this.#markers.writeOnce(marker, partitions)
  }

  /** Answers everybody who waits with NOT_COORDINATOR, so that a stop has nothing to wait for. */
  release(): void {
    this.#shards.release()
  }

  /** Waits for what was appended, leaves snapshots, and answers no more. */
  async close(): Promise<void> {
    await this.#markers.close()
    await this.#shards.close()
  }

  /** Forgets everything in memory, as a crash would. */
  abort(): void {
    this.#markers.abandon()
    this.#shards.abort()
  }

  /** Asks again with a new producer id when one is needed. */
  async #withProducerId(
    ask: (freshProducerId: number | undefined) => Answer<ProducerOutcome>
  ): Promise<ProducerResult> {
    const outcome = await ask(undefined)
    if (outcome !== NEEDS_PRODUCER_ID) return outcome
    try {
      const again = await ask(await this.#producerIds.next())
      return again === NEEDS_PRODUCER_ID ? producerError(ErrorCode.UNKNOWN_SERVER_ERROR) : again
    } catch (error) {
      if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
      return producerError(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    }
  }

  #request<Result>(
    transactionalId: string,
    act: Act<TransactionMachine, TransactionStep, Result>,
    failed: (error: ErrorCode) => Result
  ): Answer<Result> {
    const shard = this.#shards.find(transactionalId)
    if (shard instanceof Promise) {
      return shard.then((found) => (typeof found === 'number' ? failed(found) : found.request(act, failed)))
    }
    return typeof shard === 'number' ? failed(shard) : shard.request(act, failed)
  }
}

/** One error for each of the partitions. */
export function errorsOf(partitions: TransactionPartitions, error: ErrorCode): PartitionError[] {
  return [...partitions].flatMap(([topic, indexes]) =>
    [...indexes].map((partition) => ({ topic, partition, error }))
  )
}

function isValidId(transactionalId: string): boolean {
  return transactionalId !== '' && Buffer.byteLength(transactionalId) <= TRANSACTIONAL_ID_BYTES_MAX
}
