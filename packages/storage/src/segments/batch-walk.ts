/**
 * Goes through the batches of a segment one after another and tells sound ones from damaged stretches.
 *
 * In blocks that match their checksum everything is believed. In others each batch must prove itself: by its
 * own CRC, which leaves out base offset, length, leader epoch and magic, and by following its predecessor
 * without a gap and in the same epoch. When every batch of a damaged block seems to, the damage is in what
 * cannot be proved, and all of them count as damaged. Where a length is damaged, the next batch is searched
 * byte by byte, up to the next place that the index names.
 */
import { batchHeaderBytes } from '@naru/protocol'
import {
  baseOffsetAt,
  batchBytesAt,
  isPlausibleAt,
  lastOffsetAt,
  leaderEpochAt,
  matchesCrcAt,
  maxTimestampAt,
  type BatchBounds
} from './batch-fields.ts'
import { blockBytes } from './limits.ts'
import { blockStart, type BlockCondition, type SegmentView } from './log-window.ts'
import { floorByPosition, offsetEntryBytes, offsetEntryOffset, offsetEntryPosition } from './offset-index.ts'
import { WindowReader } from './window-reader.ts'

export interface WalkedBatch {
  readonly kind: 'batch'
  readonly position: number
  readonly size: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestampMs: number
  readonly bytes: Uint8Array
}

export interface DamagedStretch {
  readonly kind: 'damaged'
  readonly position: number
  readonly size: number
}

export type Walked = WalkedBatch | DamagedStretch

export interface WalkOptions {
  /** Where a batch begins; to judge damaged blocks fairly, not after the start of the first block of interest. */
  readonly from: number
  /** What the index says of the batch that begins there. */
  readonly lastOffset?: number | undefined
  /** False while the index itself is being built. */
  readonly useIndex: boolean
}

/** Everything from a position to the end of the segment, in order. */
export async function* walkBatches(view: SegmentView, options: WalkOptions): AsyncGenerator<Walked> {
  const walk = new BatchWalk(view, options)
  while (!walk.done) yield* await walk.nextGroup()
}

class BatchWalk {
  readonly #view: SegmentView
  readonly #reader: WindowReader
  readonly #useIndex: boolean
  #position: number
  /** The next batch cannot begin before this offset; it begins there unless something is missing in between. */
  #offsetMin: number
  #offsetIsExact: boolean
  #epoch: number | undefined
  readonly #indexed: { readonly position: number; readonly lastOffset: number | undefined }
  /** The last damaged stretch reaches into the block that comes next, and explains why that does not match. */
  #damagedUpTo = 0

  constructor(view: SegmentView, options: WalkOptions) {
    this.#view = view
    this.#reader = new WindowReader(view)
    this.#useIndex = options.useIndex
    this.#position = options.from
    this.#offsetMin = view.segment.baseOffset
    this.#offsetIsExact = options.from === 0
    this.#indexed = { position: options.from, lastOffset: options.lastOffset }
  }

  get done(): boolean {
    return this.#position >= this.#view.state.logBytes
  }

  /** One batch where blocks are sound, otherwise all that touch the same block, which are judged together. */
  async nextGroup(): Promise<Walked[]> {
    const first = await this.#next()
    const block = first.suspectBlock
    if (block === undefined) return [first.walked]
    const group = [first.walked]
    const blockEnd = block.from + blockBytes
    while (!this.done && this.#position < blockEnd) group.push((await this.#next()).walked)
    const explained = this.#damagedUpTo > block.from || group.some((walked) => walked.kind === 'damaged')
    if (block.condition === 'damaged' && !explained) return group.map(asDamaged)
    return group
  }

  async #next(): Promise<Examined> {
    const position = this.#position
    const remaining = this.#view.state.logBytes - position
    if (remaining < batchHeaderBytes) return this.#damaged(position, remaining)
    const at = await this.#reader.cover(position, batchHeaderBytes)
    if (!isPlausibleAt(this.#reader.bytes, at, this.#bounds(remaining))) return this.#resync(position)
    const size = batchBytesAt(this.#reader.bytes, at)
    return this.#examine(position, size)
  }

  async #examine(position: number, size: number): Promise<Examined> {
    const at = await this.#reader.cover(position, size)
    const condition = this.#reader.worst(position, size)
    const suspectBlock = this.#suspectBlock(position, size, condition)
    const bytes = this.#reader.bytes
    if (condition !== 'sound' && !(await this.#proves(position, at, condition))) {
      return (await this.#beginsAt(position + size)) ? this.#damaged(position, size) : this.#resync(position)
    }
    const walked: WalkedBatch = {
      kind: 'batch',
      position,
      size,
      baseOffset: baseOffsetAt(bytes, at),
      lastOffset: lastOffsetAt(bytes, at),
      maxTimestampMs: maxTimestampAt(bytes, at),
      bytes: bytes.subarray(at, at + size)
    }
    this.#position = position + size
    this.#offsetMin = walked.lastOffset + 1
    this.#offsetIsExact = true
    this.#epoch = leaderEpochAt(bytes, at)
    return { walked, suspectBlock }
  }

  /** Whether a batch in a block that is not sound can be believed. */
  async #proves(position: number, at: number, condition: BlockCondition): Promise<boolean> {
    const bytes = this.#reader.bytes
    const indexed = position === this.#indexed.position ? this.#indexed.lastOffset : undefined
    if (!matchesCrcAt(bytes, at)) return false
    if (indexed !== undefined && indexed !== lastOffsetAt(bytes, at)) return false
    const isNext = !this.#offsetIsExact || baseOffsetAt(bytes, at) === this.#offsetMin
    const following = position + batchBytesAt(bytes, at)
    if (condition === 'damaged') return isNext && this.#isInEpoch(leaderEpochAt(bytes, at), following)
    // A gap without a checksum: an offset that was changed upwards would collide with the batch that follows.
    return isNext || this.#isBelow(lastOffsetAt(bytes, at), following)
  }

  /** The leader epoch has to be the predecessor's, or that of one of the two that follow where none is known. */
  async #isInEpoch(epoch: number, following: number): Promise<boolean> {
    if (this.#epoch !== undefined) return epoch === this.#epoch
    const next = await this.#coverHeader(following)
    if (next === undefined || leaderEpochAt(this.#reader.bytes, next) === epoch) return true
    // It may be the next one whose epoch is wrong: the one behind it decides.
    const size = batchBytesAt(this.#reader.bytes, next)
    if (size < batchHeaderBytes) return false
    const decides = await this.#coverHeader(following + size)
    return decides !== undefined && leaderEpochAt(this.#reader.bytes, decides) === epoch
  }

  async #isBelow(offset: number, following: number): Promise<boolean> {
    const at = await this.#coverHeader(following)
    return at === undefined || baseOffsetAt(this.#reader.bytes, at) > offset
  }

  async #coverHeader(position: number): Promise<number | undefined> {
    if (position + batchHeaderBytes > this.#view.state.logBytes) return undefined
    return this.#reader.cover(position, batchHeaderBytes)
  }

  /** Whether the log ends here or an intact batch begins. */
  async #beginsAt(position: number): Promise<boolean> {
    const remaining = this.#view.state.logBytes - position
    if (remaining < batchHeaderBytes) return remaining === 0
    const at = await this.#reader.cover(position, batchHeaderBytes)
    if (!isPlausibleAt(this.#reader.bytes, at, this.#bounds(remaining))) return false
    const size = batchBytesAt(this.#reader.bytes, at)
    return matchesCrcAt(this.#reader.bytes, await this.#reader.cover(position, size))
  }

  /** Looks for the next intact batch after a place where none begins. */
  async #resync(position: number): Promise<Examined> {
    const end = await this.#nextIndexed(position)
    const bounds = this.#bounds(end - position)
    let at = position + 1
    while (end - at >= batchHeaderBytes) {
      await this.#reader.cover(at, batchHeaderBytes)
      const found = this.#scan(at, end, bounds)
      if (found.isCandidate && (await this.#beginsAt(found.position))) {
        return this.#damaged(position, found.position - position)
      }
      at = found.isCandidate ? found.position + 1 : found.position
    }
    return this.#damaged(position, end - position)
  }

  /** The next place in the window where a batch could begin, or the first place that was not looked at. */
  #scan(from: number, end: number, bounds: BatchBounds): { position: number; isCandidate: boolean } {
    const bytes = this.#reader.bytes
    const windowFrom = this.#reader.from
    const lastAt = Math.min(end - windowFrom, bytes.byteLength) - batchHeaderBytes
    for (let at = from - windowFrom; at <= lastAt; at++) {
      if (isPlausibleAt(bytes, at, bounds)) return { position: windowFrom + at, isCandidate: true }
    }
    return { position: windowFrom + lastAt + 1, isCandidate: false }
  }

  /** The next place after the position that the index names and where an intact batch begins; else the end. */
  async #nextIndexed(position: number): Promise<number> {
    const { state, segment, context } = this.#view
    const content = this.#useIndex ? await segment.index.content(context) : undefined
    for (const entries of content === undefined ? [] : [content.onDisk, content.pending]) {
      const first = floorByPosition(entries, position) + 1
      for (let index = first; index < entries.byteLength / offsetEntryBytes; index++) {
        const at = offsetEntryPosition(entries, index)
        if (at >= state.logBytes || !(await this.#beginsAt(at))) continue
        const inWindow = await this.#reader.cover(at, batchHeaderBytes)
        const lastOffset = segment.baseOffset + offsetEntryOffset(entries, index)
        if (lastOffsetAt(this.#reader.bytes, inWindow) === lastOffset) return at
      }
    }
    return state.logBytes
  }

  #damaged(position: number, size: number): Examined {
    this.#position = position + size
    this.#offsetIsExact = false
    this.#damagedUpTo = position + size
    const suspectBlock = { from: blockStart(position), condition: 'damaged' as const }
    return { walked: { kind: 'damaged', position, size }, suspectBlock }
  }

  #suspectBlock(position: number, size: number, condition: BlockCondition): SuspectBlock | undefined {
    if (condition === 'sound') return undefined
    for (let from = blockStart(position); from < position + size; from += blockBytes) {
      const found = this.#reader.worst(Math.max(from, position), 1)
      if (found !== 'sound') return { from, condition: found }
    }
    return undefined
  }

  #bounds(bytesMax: number): BatchBounds {
    return { bytesMax, offsetMin: this.#offsetMin, offsetEnd: this.#view.state.nextOffset }
  }
}

interface SuspectBlock {
  readonly from: number
  readonly condition: BlockCondition
}

interface Examined {
  readonly walked: Walked
  readonly suspectBlock: SuspectBlock | undefined
}

function asDamaged(walked: Walked): DamagedStretch {
  return { kind: 'damaged', position: walked.position, size: walked.size }
}
