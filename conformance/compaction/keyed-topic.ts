// A compacted topic as the checks of compaction use it: made, written batch by batch and read back record by record,
// over plain requests, so that two brokers get the same bytes and nothing hides what they answer.

import { setTimeout as sleep } from 'node:timers/promises'
import { buildBatch, readRecordsSync, splitBatches, type CompressionCodec } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { LIST_OFFSETS } from '@naru/protocol/messages/02-list-offsets'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import type { ApiMessage } from '@naru/protocol'
import { completed, type Part } from '../differential/defaults.ts'
import { Wire } from '../differential/wire.ts'

const latest = -1

export interface KeyedRecord {
  readonly offset: number
  readonly key: string
  readonly value: string | null
}

export interface RecordToKeep {
  readonly key: string
  readonly value: string | null
}

export interface Batch {
  readonly records: readonly RecordToKeep[]
  readonly compression: CompressionCodec
  readonly timestampMs: number
}

export class KeyedTopic {
  readonly name: string
  readonly #wire: Wire

  constructor(at: { readonly host: string; readonly port: number }, name: string) {
    this.name = name
    this.#wire = new Wire({ host: at.host, port: at.port, clientId: 'compaction' })
  }

  async create(configs: Readonly<Record<string, string>>): Promise<void> {
    const settings = Object.entries(configs).map(([name, value]) => ({ name, value }))
    const topic = { name: this.name, numPartitions: 1, replicationFactor: 1, configs: settings }
    const { topics } = await this.#ask(CREATE_TOPICS, { topics: [topic], timeoutMs: 10_000 }, 5)
    const code = topics[0]?.errorCode
    if (code !== 0) throw new Error(`${this.name} was not created: error ${code}`)
  }

  /** The offset of the first record; waits for a leader as long as a fresh topic has none. */
  async write({ records, compression, timestampMs }: Batch): Promise<number> {
    const bytes = buildBatch({
      compression,
      records: records.map(({ key, value }) => ({
        key: Buffer.from(key),
        value: value === null ? null : Buffer.from(value),
        timestamp: timestampMs
      }))
    })
    for (let tries = 0; ; tries++) {
      const topicData = [{ name: this.name, partitionData: [{ index: 0, records: bytes }] }]
      const { responses } = await this.#ask(PRODUCE, { acks: -1, timeoutMs: 10_000, topicData }, 9)
      const part = responses[0]?.partitionResponses[0]
      if (part?.errorCode === 0) return part.baseOffset
      if (tries >= 50) throw new Error(`${this.name} answered Produce with error ${part?.errorCode}`)
      await sleep(100)
    }
  }

  async endOffset(): Promise<number> {
    const topics = [{ name: this.name, partitions: [{ partitionIndex: 0, timestamp: latest }] }]
    const answer = await this.#ask(LIST_OFFSETS, { replicaId: -1, topics }, 4)
    return answer.topics[0]?.partitions[0]?.offset ?? -1
  }

  /** Every record up to the end, in the order of their offsets. */
  async readAll(): Promise<KeyedRecord[]> {
    const end = await this.endOffset()
    const found: KeyedRecord[] = []
    for (let offset = 0; offset < end;) {
      const bytes = await this.#fetch(offset)
      const before = offset
      for (const { at, header } of splitBatches(bytes).batches) {
        for (const record of readRecordsSync(bytes, at)) {
          if (record.offset >= before) found.push(keyed(record))
        }
        offset = Math.max(offset, header.baseOffset + header.lastOffsetDelta + 1)
      }
      if (offset === before)
        throw new Error(`nothing was read at ${offset} of ${this.name}, which ends at ${end}`)
    }
    const orders = found.every(({ offset }, index) => index === 0 || offset > (found[index - 1]?.offset ?? 0))
    if (!orders) throw new Error(`offsets of ${this.name} do not ascend`)
    return found
  }

  async #fetch(fetchOffset: number): Promise<Buffer> {
    const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 4_000_000 }]
    const request = {
      maxWaitMs: 100,
      minBytes: 1,
      maxBytes: 8_000_000,
      topics: [{ topic: this.name, partitions }]
    }
    const { responses } = await this.#ask(FETCH, request, 11)
    const part = responses[0]?.partitions[0]
    if (part?.errorCode !== 0) throw new Error(`Fetch at ${fetchOffset} of ${this.name}: ${part?.errorCode}`)
    const { records } = part
    if (records === null || records === undefined) return Buffer.alloc(0)
    return records instanceof Uint8Array ? Buffer.from(records) : Buffer.concat(records)
  }

  async #ask<Request, Response>(
    message: ApiMessage<Request, Response>,
    part: Part<Request>,
    version: number
  ): Promise<Response> {
    const answer = await this.#wire.send(message, completed<Request>(message.key, part), { version })
    if (answer.kind !== 'answered') throw new Error(`api key ${message.key} was not answered: ${answer.kind}`)
    return answer.response
  }

  close(): void {
    this.#wire.close()
  }
}

function keyed(record: {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}): KeyedRecord {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
  return {
    offset: record.offset,
    key: record.key === null ? '' : text(record.key),
    value: record.value === null ? null : text(record.value)
  }
}
