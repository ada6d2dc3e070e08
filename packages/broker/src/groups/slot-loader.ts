/** Reads the state of a slot: its snapshot, then the records that came after. Nothing is written here. */
import { DecodeError, type Logger, type Timers } from '@naru/base'
import {
  compressionOf,
  CompressionCodec,
  isControl,
  lastOffsetOf,
  readRecords,
  readRecordsSync,
  splitBatches,
  type BatchAt,
  type BatchRecord,
  type Compression
} from '@naru/protocol'
import type { LogStore, ReadResult, SnapshotStore } from '@naru/storage'
import { LOAD_READ_BYTES } from './limits.ts'
import { decodeRecord } from './records.ts'
import type { SlotAddress } from './slot-log.ts'
import { decodeSnapshot } from './slot-snapshot.ts'
import { SlotState } from './state.ts'

export interface LoadedSlot {
  readonly state: SlotState
  /** Records below are in the state. */
  readonly endOffset: number
  /** Records that were read after the snapshot. */
  readonly replayed: number
}

export interface SlotLoaderOptions {
  readonly log: LogStore
  readonly snapshots: SnapshotStore
  readonly compression: Compression
  readonly timers: Timers
  readonly logger: Logger
}

/** The name of a slot's snapshot; a topic that is made anew has another id and so another snapshot. */
export function snapshotName({ topicId, partition }: SlotAddress): string {
  return `group-slot-${topicId}-${partition}`
}

/** Undefined when the log cannot be read as it should; the reason is in the log of the process. */
export async function loadSlot(
  options: SlotLoaderOptions,
  address: SlotAddress
): Promise<LoadedSlot | undefined> {
  const visible = options.log.state(address.topicId, address.partition)
  if (visible === undefined) return undefined
  if (visible.highWatermark === 0) return { state: new SlotState(), endOffset: 0, replayed: 0 }
  const snapshot = await readSnapshot(options, address, visible.highWatermark)
  const replay = new Replay(options, address, snapshot ?? { state: new SlotState(), endOffset: 0 })
  return (await replay.run()) ? replay.result() : undefined
}

interface Start {
  readonly state: SlotState
  readonly endOffset: number
}

async function readSnapshot(
  { snapshots, logger }: SlotLoaderOptions,
  address: SlotAddress,
  highWatermark: number
): Promise<Start | undefined> {
  const snapshot = await snapshots.load(snapshotName(address))
  // One from beyond the end was made of records that were lost, which only happens without durability.
  if (snapshot === undefined || snapshot.offset > highWatermark) return undefined
  try {
    return { state: decodeSnapshot(snapshot.bytes), endOffset: snapshot.offset }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    logger.log('warn', 'group-snapshot-unreadable', { slot: address.partition, reason: error.message })
    return undefined
  }
}

class Replay {
  readonly #options: SlotLoaderOptions
  readonly #address: SlotAddress
  readonly #state: SlotState
  #offset: number
  #replayed = 0

  constructor(options: SlotLoaderOptions, address: SlotAddress, start: Start) {
    this.#options = options
    this.#address = address
    this.#state = start.state
    this.#offset = start.endOffset
  }

  result(): LoadedSlot {
    return { state: this.#state, endOffset: this.#offset, replayed: this.#replayed }
  }

  /** True when everything up to the end was read. */
  async run(): Promise<boolean> {
    for (;;) {
      const result = await this.#read()
      if (result.kind === 'out-of-range') {
        if (this.#offset >= result.state.logStartOffset) return true
        this.#offset = result.state.logStartOffset
      } else if (result.kind !== 'records') {
        return this.#refuse(result)
      } else if (result.chunks.length === 0) {
        return true
      } else {
        for (const chunk of result.chunks) await this.#applyChunk(chunk)
        await new Promise<void>((resolve) => this.#options.timers.soon(resolve))
      }
    }
  }

  #read(): ReadResult | Promise<ReadResult> {
    const { topicId, partition } = this.#address
    return this.#options.log.read({
      topicId,
      partition,
      offset: this.#offset,
      maxBytes: LOAD_READ_BYTES,
      minOneBatch: true,
      isolation: 'read-uncommitted'
    })
  }

  #refuse(result: ReadResult): false {
    this.#options.logger.log('error', 'group-slot-unreadable', {
      slot: this.#address.partition,
      offset: this.#offset,
      reason: result.kind
    })
    return false
  }

  async #applyChunk(chunk: Uint8Array): Promise<void> {
    for (const batch of splitBatches(chunk).batches) {
      const next = lastOffsetOf(batch.header) + 1
      if (next <= this.#offset) continue
      // Control batches end transactions; what transactions commit here is not served yet.
      if (!isControl(batch.header.attributes)) this.#apply(await this.#recordsOf(chunk, batch))
      this.#offset = next
    }
  }

  #recordsOf(chunk: Uint8Array, { at, header }: BatchAt): BatchRecord[] | Promise<BatchRecord[]> {
    if (compressionOf(header.attributes) === CompressionCodec.none) return readRecordsSync(chunk, at)
    return readRecords(chunk, at, this.#options.compression)
  }

  #apply(records: readonly BatchRecord[]): void {
    for (const { offset, key, value } of records) {
      if (offset < this.#offset) continue
      const record = decodeRecord(key, value)
      if (record === undefined) continue
      this.#state.apply(record)
      this.#replayed++
    }
  }
}
