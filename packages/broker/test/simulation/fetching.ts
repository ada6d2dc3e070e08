/** Requests that readers share: bounds of a partition, and records from an offset on. */
import { ZERO_UUID } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { FetchRequest } from '@naru/protocol/messages/01-fetch'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { LIST_OFFSETS } from '@naru/protocol/messages/02-list-offsets'
import type { Read, SeenRecord } from '@naru/simulator'
import { recordsFound } from './batches.ts'
import { SimClient } from './sim-client.ts'
import { logOf, type SimTopic } from './world.ts'

export const earliest = -2
export const latest = -1

export interface FetchOptions {
  readonly topic: SimTopic
  readonly partition: number
  readonly from: number
  readonly maxWaitMs?: number
  readonly committed?: boolean
}

export type FetchOutcome =
  | {
      readonly kind: 'records'
      readonly next: number
      readonly records: readonly SeenRecord[]
      readonly read: Read
    }
  | { readonly kind: 'out-of-range' }
  /** The topic is gone. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'corrupt' }
  /** No answer, or one that says to try again. */
  | { readonly kind: 'nothing' }

export abstract class ReadingClient extends SimClient {
  /** Passes over one damaged offset, which has to have a cause. */
  protected passOver(topic: SimTopic, partition: number, offset: number): number {
    if (!this.world.host.rotten) throw new Error(`${topic.name}-${partition} is corrupt at ${offset}`)
    this.world.counts.hit('read-damage')
    this.world.history.add({
      kind: 'damage',
      client: this.name,
      log: logOf(topic, partition),
      from: offset,
      to: offset + 1,
      invokedMs: this.nowMs,
      completedMs: this.nowMs
    })
    return offset + 1
  }

  /** Reads once; what came goes into the history unless `silent`. */
  protected async fetch(options: FetchOptions): Promise<FetchOutcome> {
    const { topic, partition, from } = options
    await this.wire()
    const invokedMs = this.nowMs
    const version = topic.permanent ? this.version(4, 18) : this.version(13, 18)
    const response = await this.ask(FETCH, this.#request(options), version)
    if (response === undefined) return { kind: 'nothing' }
    const data = response.responses[0]?.partitions[0]
    switch (data?.errorCode) {
      case ErrorCode.NONE:
        break
      case ErrorCode.OFFSET_OUT_OF_RANGE:
        return { kind: 'out-of-range' }
      case ErrorCode.UNKNOWN_TOPIC_ID:
      case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
        return { kind: 'unknown' }
      case ErrorCode.CORRUPT_MESSAGE:
        return { kind: 'corrupt' }
      case undefined:
      case ErrorCode.KAFKA_STORAGE_ERROR:
        return { kind: 'nothing' }
      default:
        throw new Error(`${this.name}: fetch was answered with error ${data?.errorCode}`)
    }
    const timed = { client: this.name, log: logOf(topic, partition), invokedMs, completedMs: this.nowMs }
    this.world.history.add({ kind: 'high-watermark', offset: data.highWatermark, ...timed })
    if (data.logStartOffset >= 0) {
      this.world.history.add({ kind: 'log-start', offset: data.logStartOffset, ...timed })
    }
    const committed = options.committed === true
    const found = recordsFound(data.records, from, committed ? (data.abortedTransactions ?? []) : [])
    return { kind: 'records', ...found, read: { kind: 'read', from, ...found, committed, ...timed } }
  }

  /** Undefined when there is no answer, or no such topic. */
  protected async bound(topic: SimTopic, partition: number, which: number): Promise<number | undefined> {
    await this.wire()
    const invokedMs = this.nowMs
    const request = {
      replicaId: -1,
      isolationLevel: 0,
      timeoutMs: 3_000,
      topics: [
        {
          name: topic.name,
          partitions: [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp: which }]
        }
      ]
    }
    const response = await this.ask(LIST_OFFSETS, request, this.version(1, 11))
    const answer = response?.topics[0]?.partitions[0]
    if (answer?.errorCode !== ErrorCode.NONE) return undefined
    if (topic.permanent) {
      this.world.history.add({
        kind: which === earliest ? 'log-start' : 'high-watermark',
        client: this.name,
        log: logOf(topic, partition),
        offset: answer.offset,
        invokedMs,
        completedMs: this.nowMs
      })
    }
    return answer.offset
  }

  #request(options: FetchOptions): FetchRequest {
    const { topic, partition, from, maxWaitMs = 100, committed = false } = options
    return {
      clusterId: null,
      replicaId: -1,
      replicaState: { replicaId: -1, replicaEpoch: -1 },
      maxWaitMs,
      minBytes: 1,
      maxBytes: 1 + this.random.below(100_000),
      isolationLevel: committed ? 1 : 0,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topic: topic.name,
          topicId: topic.id,
          partitions: [
            {
              partition,
              currentLeaderEpoch: -1,
              fetchOffset: from,
              lastFetchedEpoch: -1,
              logStartOffset: -1,
              partitionMaxBytes: 1 + this.random.below(50_000),
              replicaDirectoryId: ZERO_UUID,
              highWatermark: -1
            }
          ]
        }
      ],
      forgottenTopicsData: [],
      rackId: ''
    }
  }
}
