/**
 * Waits until a fetch has enough to answer: `minBytes` of records, an error, or `maxWaitMs` gone. Nothing is
 * polled: the log calls back when a high watermark moves.
 *
 * A partition that does not exist ends no wait, as on Apache Kafka, unless it is gone since the wait began: a
 * consumer that has it in its session until its metadata is newer would ask in a circle.
 */
import type { Timers } from '@naru/base'
import type { LogStore } from '@naru/storage'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import type { PartitionReader, ReadPlan, ReadRound } from './partition-reader.ts'
import type { FetchPartition } from './sessions.ts'

export interface PollOptions {
  readonly minBytes: number
  readonly maxWaitMs: number
  readonly closed: AbortSignal
}

export class LongPoll {
  readonly #log: LogStore
  readonly #topics: TopicCatalog
  readonly #reader: PartitionReader
  readonly #timers: Timers

  constructor(options: { log: LogStore; topics: TopicCatalog; reader: PartitionReader; timers: Timers }) {
    this.#log = options.log
    this.#topics = options.topics
    this.#reader = options.reader
    this.#timers = options.timers
  }

  async poll(plan: ReadPlan, options: PollOptions): Promise<ReadRound> {
    let round = await this.#reader.read(plan)
    const missing = round.missing
    if (isEnough(round, options, missing) || options.maxWaitMs <= 0) return round
    // A signal that has aborted calls nobody any more.
    if (options.closed.aborted) return round
    const wake = new Wake()
    const timer = this.#timers.after(options.maxWaitMs, () => wake.expire())
    const onClosed = (): void => wake.expire()
    options.closed.addEventListener('abort', onClosed, { once: true })
    const unwatch = this.#watch(plan, () => wake.ring())
    try {
      // What arrived between the first read and the watch would ring for nobody.
      if (!this.#isCurrent(plan, round)) wake.ring()
      while (!(await wake.next())) {
        release(round)
        round = await this.#reader.read(plan)
        if (isEnough(round, options, missing)) return round
      }
      if (options.closed.aborted) return round
      release(round)
      return await this.#reader.read(plan)
    } finally {
      timer.cancel()
      options.closed.removeEventListener('abort', onClosed)
      for (const stop of unwatch) stop()
    }
  }

  #watch(plan: ReadPlan, listener: () => void): (() => void)[] {
    return plan.partitions.flatMap((partition) => {
      const topic = this.#topicOf(plan, partition)
      return topic === undefined ? [] : [this.#log.watch(topic.topicId, partition.partition, listener)]
    })
  }

  #isCurrent(plan: ReadPlan, round: ReadRound): boolean {
    return round.reads.every(({ partition, state }) => {
      const topic = this.#topicOf(plan, partition)
      const now = topic && this.#log.state(topic.topicId, partition.partition)
      return now?.highWatermark === state?.highWatermark && now?.lastStableOffset === state?.lastStableOffset
    })
  }

  #topicOf(
    plan: ReadPlan,
    partition: FetchPartition
  ): { readonly topicId: FetchPartition['topicId'] } | undefined {
    return plan.usesTopicIds ? this.#topics.byId(partition.topicId) : this.#topics.byName(partition.topicName)
  }
}

/** Of a round that nobody will see. */
function release(round: ReadRound): void {
  for (const read of round.reads) read.release?.()
}

function isEnough(round: ReadRound, options: PollOptions, missingBefore: number): boolean {
  if (round.failed || round.bytes >= options.minBytes || round.missing > missingBefore) return true
  return round.reads.length === round.missing
}

/** One waiter that is woken by rings, which are remembered while it is busy, and ended by expiry. */
class Wake {
  #rung = false
  #expired = false
  #resolve: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#resolve?.()
  }

  expire(): void {
    this.#expired = true
    this.#resolve?.()
  }

  /** Resolves to true when the time is over, to false when something rang. */
  async next(): Promise<boolean> {
    if (!this.#rung && !this.#expired) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve
      })
      this.#resolve = undefined
    }
    this.#rung = false
    return this.#expired
  }
}
