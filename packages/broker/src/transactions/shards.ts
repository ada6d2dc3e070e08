/** The slots of `__transaction_state` that this broker runs, and what is looked at in all of them from time to time. */
import type { Clock, Logger, Timer, Timers } from '@naru/base'
import type { Compression, ErrorCode } from '@naru/protocol'
import type { Owner, Storage } from '@naru/storage'
import { Capacity } from '../coordinator/capacity.ts'
import { Shard } from '../coordinator/shard.ts'
import { Shards } from '../coordinator/shards.ts'
import { SlotLog, type SlotAddress } from '../coordinator/slot-log.ts'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { TRANSACTION_TOPIC } from './internal-topics.ts'
import { TRANSACTIONAL_IDS_MAX } from './limits.ts'
import { TransactionMachine, type MarkersDue } from './machine.ts'
import type { MarkerOrder, MarkerWriter } from './marker-writer.ts'
import type { TransactionSettings } from './settings.ts'
import { transactionSlotFormat } from './slot-format.ts'
import type { TransactionRecord, TransactionSlotState } from './state.ts'
import type { TransactionStep } from './step.ts'

export interface TransactionShardsOptions {
  readonly storage: Storage
  readonly topics: TopicCatalog
  readonly markers: MarkerWriter
  readonly settings: () => TransactionSettings
  readonly compression: Compression
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

export type TransactionShard = Shard<
  TransactionRecord,
  TransactionSlotState,
  TransactionSettings,
  TransactionMachine
>

export class TransactionShards {
  readonly #options: TransactionShardsOptions
  readonly #capacity = new Capacity(TRANSACTIONAL_IDS_MAX)
  #decisions = 0
  readonly #slotLog: SlotLog
  readonly #shards: Shards<TransactionRecord, TransactionSlotState, TransactionSettings, TransactionMachine>
  /** The next look for transactions that take too long, and for ids that nobody uses. */
  readonly #looks = new Map<'abort' | 'expire', Timer>()

  constructor(options: TransactionShardsOptions) {
    this.#options = options
    const { storage, clock, timers, topics, logger } = options
    this.#slotLog = new SlotLog({ log: storage.log, timers, wallMs: () => clock.wallMs() })
    this.#shards = new Shards<
      TransactionRecord,
      TransactionSlotState,
      TransactionSettings,
      TransactionMachine
    >({
      kind: 'transaction',
      topicName: TRANSACTION_TOPIC,
      topics,
      ownership: storage.ownership,
      slotLog: this.#slotLog,
      newShard: (address) => this.#newShard(address),
      timers,
      logger
    })
    this.#lookAgain('abort')
    this.#lookAgain('expire')
  }

  /** The owner of the slot of a transactional id; the topic is made when it does not exist. */
  owner(transactionalId: string): Promise<Owner | undefined> {
    return this.#shards.owner(transactionalId)
  }

  find(transactionalId: string): TransactionShard | ErrorCode | Promise<TransactionShard | ErrorCode> {
    return this.#shards.find(transactionalId)
  }

  all(): TransactionShard[] {
    return this.#shards.all()
  }

  release(): void {
    this.#shards.release()
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#shards.close()
  }

  abort(): void {
    this.#stop()
    this.#shards.abort()
  }

  #stop(): void {
    for (const timer of this.#looks.values()) timer.cancel()
  }

  #newShard(address: SlotAddress): TransactionShard {
    const { storage, markers, settings, compression, clock, timers, logger } = this.#options
    const { log, snapshots } = storage
    const capacity = this.#capacity
    const coordinatorEpoch = address.ownerEpoch
    const shard: TransactionShard = new Shard<
      TransactionRecord,
      TransactionSlotState,
      TransactionSettings,
      TransactionMachine
    >({
      address,
      slotLog: this.#slotLog,
      loader: { log, snapshots, format: transactionSlotFormat, compression, timers, logger },
      newMachine: (state) =>
        new TransactionMachine({
          state,
          settings,
          capacity,
          coordinatorEpoch,
          markersDue: (due) => markers.write(orderOf(shard, due)),
          newDecision: () => ++this.#decisions,
          logger
        }),
      begin: (machine, step) => machine.load(step),
      clock,
      timers,
      logger
    })
    return shard
  }

  #lookAgain(what: 'abort' | 'expire'): void {
    const { timers, settings } = this.#options
    const { abortCheckIntervalMs, expirationCheckIntervalMs } = settings()
    const delayMs = what === 'abort' ? abortCheckIntervalMs : expirationCheckIntervalMs
    this.#looks.set(
      what,
      timers.after(delayMs, () => this.#look(what), { background: true })
    )
  }

  #look(what: 'abort' | 'expire'): void {
    if (this.#shards.isClosed) return
    const nowMs = this.#options.storage.retentionNowMs()
    const act = (machine: TransactionMachine, step: TransactionStep): void =>
      what === 'abort' ? machine.abortTimedOut(step) : machine.removeExpired(step, nowMs)
    for (const shard of this.#shards.known()) shard.run(act)
    this.#lookAgain(what)
  }
}

/** A decision of a shard; it is due as long as the machine that made it runs there. */
function orderOf(shard: TransactionShard, due: MarkersDue): MarkerOrder {
  return {
    due,
    isDue: () => shard.machine?.isDue(due) === true,
    written: () => shard.run((machine, step) => machine.markersWritten(step, due))
  }
}
