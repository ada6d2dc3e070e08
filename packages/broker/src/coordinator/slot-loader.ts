/** Reads the state of a slot: its snapshot, then the records that came after. Nothing is written here. */
import { DecodeError, type Logger, type Timers } from '@naru/base'
import {
  compressionOf,
  CompressionCodec,
  ControlRecordType,
  controlTypeOf,
  isControl,
  isTransactional,
  lastOffsetOf,
  readRecords,
  readRecordsSync,
  splitBatches,
  type BatchAt,
  type BatchRecord,
  type Compression
} from '@naru/protocol'
import type { LogStore, PartitionState, ReadResult, SnapshotStore } from '@naru/storage'
import { LOAD_READ_BYTES } from './limits.ts'
import type { SlotAddress } from './slot-log.ts'
import type { SlotFormat } from './slot-machine.ts'

export interface LoadedSlot<State> {
  readonly state: State
  /** Records below are in the state. */
  readonly endOffset: number
  /** Records that were read after the snapshot. */
  readonly replayed: number
}

export interface SlotLoaderOptions<Item, State> {
  readonly log: LogStore
  readonly snapshots: SnapshotStore
  readonly format: SlotFormat<Item, State>
  readonly compression: Compression
  readonly timers: Timers
  readonly logger: Logger
}

/** The name of a slot's snapshot; a topic that is made anew has another id and so another snapshot. */
export function snapshotName(
  format: { readonly name: string },
  { topicId, partition }: Pick<SlotAddress, 'topicId' | 'partition'>
): string {
  return `${format.name}-slot-${topicId}-${partition}`
}

/** Undefined when the log cannot be read as it should; the reason is in the log of the process. */
export async function loadSlot<Item, State>(
  options: SlotLoaderOptions<Item, State>,
  address: SlotAddress
): Promise<LoadedSlot<State> | undefined> {
  const visible = options.log.state(address.topicId, address.partition)
  if (visible === undefined) return undefined
  const { format } = options
  if (visible.highWatermark === 0) return { state: format.empty(), endOffset: 0, replayed: 0 }
  const snapshot = await readSnapshot(options, address, visible)
  if (snapshot === undefined) return replayed(options, address, { state: format.empty(), endOffset: 0 })
  const loaded = await replayed(options, address, snapshot)
  const after = options.log.state(address.topicId, address.partition)
  if (after === undefined || !isCleanedBehind(after, snapshot.endOffset)) return loaded
  return replayed(options, address, { state: format.empty(), endOffset: 0 })
}

async function replayed<Item, State>(
  options: SlotLoaderOptions<Item, State>,
  address: SlotAddress,
  start: Start<State>
): Promise<LoadedSlot<State> | undefined> {
  const replay = new Replay(options, address, start)
  return (await replay.run()) ? replay.result() : undefined
}

/**
 * Compaction may have removed tombstones, and ends of transactions, that would have to change what a snapshot of this
 * offset holds. The log alone is complete: what they were about was removed before them.
 */
function isCleanedBehind({ cleanedOffset }: PartitionState, offset: number): boolean {
  return offset < cleanedOffset
}

interface Start<State> {
  readonly state: State
  readonly endOffset: number
}

async function readSnapshot<Item, State>(
  { snapshots, format, logger }: SlotLoaderOptions<Item, State>,
  address: SlotAddress,
  visible: PartitionState
): Promise<Start<State> | undefined> {
  const snapshot = await snapshots.load(snapshotName(format, address))
  // One from beyond the end was made of records that were lost, which only happens without durability.
  if (snapshot === undefined || snapshot.offset > visible.highWatermark) return undefined
  if (isCleanedBehind(visible, snapshot.offset)) return undefined
  try {
    return { state: format.decodeSnapshot(snapshot.bytes), endOffset: snapshot.offset }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const slot = address.partition
    logger.log('warn', `${format.name}-snapshot-unreadable`, { slot, reason: error.message })
    return undefined
  }
}

class Replay<Item, State> {
  readonly #options: SlotLoaderOptions<Item, State>
  readonly #address: SlotAddress
  readonly #state: State
  #offset: number
  #replayed = 0

  constructor(options: SlotLoaderOptions<Item, State>, address: SlotAddress, start: Start<State>) {
    this.#options = options
    this.#address = address
    this.#state = start.state
    this.#offset = start.endOffset
  }

  result(): LoadedSlot<State> {
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
    this.#options.logger.log('error', `${this.#options.format.name}-slot-unreadable`, {
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
      const records = await this.#recordsOf(chunk, batch)
      if (isControl(batch.header.attributes)) this.#endTransaction(batch, records)
      else this.#apply(batch, records)
      this.#offset = next
    }
  }

  #recordsOf(chunk: Uint8Array, { at, header }: BatchAt): BatchRecord[] | Promise<BatchRecord[]> {
    if (compressionOf(header.attributes) === CompressionCodec.none) return readRecordsSync(chunk, at)
    return readRecords(chunk, at, this.#options.compression)
  }

  #endTransaction({ header }: BatchAt, records: readonly BatchRecord[]): void {
    for (const { key } of records) {
      const type = controlTypeOf(key)
      if (type !== ControlRecordType.commit && type !== ControlRecordType.abort) continue
      const isCommit = type === ControlRecordType.commit
      this.#options.format.endTransaction(this.#state, header.producerId, isCommit)
      this.#replayed++
    }
  }

  #apply({ header }: BatchAt, records: readonly BatchRecord[]): void {
    const producerId = isTransactional(header.attributes) ? header.producerId : undefined
    for (const record of records) {
      if (record.offset < this.#offset) continue
      if (this.#options.format.replay(this.#state, record, producerId)) this.#replayed++
    }
  }
}
