/**
 * The partitions of a running service, by what they are for: of topics with handlers, of their retry topics, and of
 * the topic of delayed events.
 */
import { type Admin, type AssignedPartition, type Place, placeKey } from '@naru/client'
import type { Executor } from '../executor/executor.ts'
import { MovedKeys } from '../executor/moved-keys.ts'
import { PartitionRun } from '../executor/partition-run.ts'
import { decodeFinished } from '../lanes/finished-offsets.ts'
import type { ScheduledEvents } from '../publish/scheduled-events.ts'
import { retriedTopic, retryTopic } from '../retry/topics.ts'

export interface PartitionsOptions {
  readonly group: string
  /** Names this process in what it moves to retry topics. */
  readonly instanceId: string
  readonly scheduledTopic: string
  readonly admin: Admin
  readonly executor: Executor
  readonly scheduled: ScheduledEvents
}

export class Partitions {
  readonly #options: PartitionsOptions
  #movers = 0

  constructor(options: PartitionsOptions) {
    this.#options = options
  }

  /** Takes partitions; what was finished before a restart is known from the metadata of the commit. */
  async assign(assigned: readonly AssignedPartition[]): Promise<void> {
    const { executor, scheduled, scheduledTopic, group } = this.#options
    const ends = await this.#ends(
      assigned.filter(({ topic }) => topic === scheduledTopic || retriedTopic(topic, group) !== undefined)
    )
    const runs: PartitionRun[] = []
    for (const partition of assigned) {
      const end = ends.get(placeKey(partition)) ?? 0
      if (partition.topic === scheduledTopic) scheduled.assign(partition, end)
      else runs.push(this.#runOf(partition, end))
    }
    this.#pair([...executor.runs, ...runs])
    executor.assign(runs)
  }

  #runOf({ topic, partition, offset, committed }: AssignedPartition, end: number): PartitionRun {
    const retried = retriedTopic(topic, this.#options.group)
    return new PartitionRun({
      place: { topic, partition },
      topic: retried ?? topic,
      isRetry: retried !== undefined,
      start: offset,
      finished: decodeFinished(offset, committed?.metadata ?? null),
      loadUntil: end
    })
  }

  /** A partition waits until its retry partition is loaded, and both share the keys that were moved. */
  #pair(runs: readonly PartitionRun[]): void {
    const byPlace = new Map(runs.map((run) => [placeKey(run.place), run]))
    for (const run of runs) {
      if (run.isRetry) continue
      const { topic, partition } = run.place
      const retry = byPlace.get(placeKey({ topic: retryTopic(topic, this.#options.group), partition }))
      run.moved ??= retry?.moved ?? this.#noKeys()
      if (retry === undefined) continue
      retry.moved = run.moved
      run.retriedBy = retry
      retry.retries = run
    }
    for (const run of runs) run.moved ??= this.#noKeys()
  }

  #noKeys(): MovedKeys {
    return new MovedKeys(`${this.#options.instanceId}.${this.#movers++}`)
  }

  /** How far to read until all that was there is known; 0 where there is nothing. */
  async #ends(places: readonly Place[]): Promise<ReadonlyMap<string, number>> {
    const { admin } = this.#options
    const ends = new Map<string, number>()
    for (const [topic, group] of Map.groupBy(places, (place) => place.topic)) {
      const partitions = group.map(({ partition }) => partition)
      const starts = await admin.listOffsets({ topic, at: 'earliest', partitions })
      for (const { partition, offset } of await admin.listOffsets({ topic, at: 'latest', partitions })) {
        const start = starts.find((found) => found.partition === partition)?.offset ?? 0
        ends.set(placeKey({ topic, partition }), (offset ?? 0) > start ? (offset ?? 0) : 0)
      }
    }
    return ends
  }
}
