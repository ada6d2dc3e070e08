/**
 * Writes groups of frames to the journal file in use and makes them durable. It knows files and positions;
 * who waits for what is the business of `Journal`.
 *
 * A group lies in one file. It is laid out in two staging buffers in turn: one is filled while the other is
 * written. Each write begins at a block and carries a sequence number of its own, so that what is left of a
 * write that failed is never taken for a later one.
 */
import { assert, readFully, type DiskFile } from '@naru/base'
import type { Failpoint } from '../failpoints.ts'
import { ChunkCursor } from '../staging/chunk-cursor.ts'
import { writeStaged } from '../staging/staged-write.ts'
import { FrameKind, type JournalFrame } from './commit-log.ts'
import {
  frameBytes,
  frameHeaderBytes,
  frameSeed,
  readFrameHeader,
  writeFrame,
  writeFrameHeader,
  type FramePlace
} from './frame.ts'
import { isPassing, JournalBroken } from './journal-trouble.ts'
import { journalBuffers, stagingBytes, type JournalBuffers } from './journal-buffers.ts'
import type { JournalFiles } from './journal-files.ts'
import { blockBytes, blockEnd, journalPosition } from './journal-position.ts'
import { openingBlock, plainFrame } from './opening-block.ts'

/** The largest that a frame can carry. */
const lastSequence = 0xffff_ffff

export interface JournalWriterOptions {
  readonly files: JournalFiles
  /** Whether groups are synced, or left to the operating system. */
  readonly synced: boolean
  readonly secret: Uint8Array
  readonly fileBytes: number
  readonly wallMs: () => number
  readonly failpoint?: Failpoint | undefined
  readonly end: JournalEnd
}

/** Where the journal that was found ends, which the next file says in its opening frame. */
export interface JournalEnd {
  readonly generation: number
  readonly bytes: number
  /** Of the next file; larger than that of any file that is there. */
  readonly nextGeneration: number
  /** The newest file that is there, and where a start that finds no newer one stops to read; none when no file is. */
  readonly newest: JournalPlace | undefined
}

interface JournalPlace {
  readonly generation: number
  readonly bytes: number
}

interface OpenFile {
  readonly file: DiskFile
  readonly generation: number
  readonly seed: number
  /** Where the next group begins. */
  bytes: number
  sequence: number
  unsynced: boolean
  /** Bytes of the write at hand that have gone to the file. */
  taken: number
}

export class JournalWriter {
  readonly #options: JournalWriterOptions
  #open: OpenFile | undefined
  /** In mode `os`: the file before is synced and closed in the background. */
  #retiring: Promise<void> = Promise.resolve()
  #end: { generation: number; bytes: number }
  #nextGeneration: number
  /** A next file was begun. What of it reached the disk may name the end of this one, behind which nothing may come. */
  #rolling = false
  /** In mode `os`: everything before was synced at some time. */
  #syncedTo = 0
  #buffers: JournalBuffers | undefined

  constructor(options: JournalWriterOptions) {
    this.#options = options
    const { generation, bytes, nextGeneration } = options.end
    this.#end = { generation, bytes }
    this.#nextGeneration = nextGeneration
  }

  /** Whether anything was written since the start. */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** Where the next group will be written, at the earliest. */
  get position(): number {
    const { generation, bytes } = this.#end
    return journalPosition(generation, bytes)
  }

  /** Writes the group; resolves to its position when it is durable in the mode of this journal. */
  async write(frames: readonly JournalFrame[]): Promise<number> {
    const open = this.#fileFor(groupBytes(frames)) ?? (await this.#roll())
    const start = open.bytes
    const position = journalPosition(open.generation, start)
    const firstSequence = open.sequence + 1
    try {
      await this.#writeFrames(open, frames)
    } catch (error) {
      open.bytes = start
      if (isPassing(error)) await this.#abandon(open, firstSequence)
      throw error
    }
    this.#end = { generation: open.generation, bytes: open.bytes }
    if (open.bytes > this.#options.fileBytes / 2) this.#options.files.prepare(this.#nextGeneration)
    return position
  }

  /** Makes everything that was written durable; needed in mode `os` only. */
  async sync(): Promise<void> {
    const position = this.position
    await this.#retiring
    if (this.#open?.unsynced === true) {
      this.#open.unsynced = false
      await sync(this.#open.file)
    }
    this.#syncedTo = position
  }

  async close(): Promise<void> {
    await this.#retiring.catch(() => undefined)
    await this.#open?.file.close()
    this.#open = undefined
    await this.#options.files.close()
  }

  /** The file in use, when so much fits into it. */
  #fileFor(bytes: number): OpenFile | undefined {
    const open = this.#rolling ? undefined : this.#open
    const fits =
      open !== undefined && (open.bytes + bytes <= this.#options.fileBytes || open.bytes <= blockBytes)
    return fits ? open : undefined
  }

  /** Goes on in a new file, which begins with where the one before ends. */
  async #roll(): Promise<OpenFile> {
    const { files, secret } = this.#options
    const generation = this.#nextGeneration
    const file = await files.take(generation)
    this.#rolling = true
    const seed = frameSeed(secret, generation)
    const open = { file, generation, seed, bytes: 0, sequence: 0, unsynced: false, taken: 0 }
    try {
      const before = { ...this.#end, durable: this.#durable, wallMs: this.#options.wallMs() }
      const block = this.#emptyBlock()
      openingBlock(open, before).copy(block)
      await this.#writeDurably(open, block, 0)
      await this.#pointTo(generation)
      await this.#retire()
    } catch (error) {
      await file.close()
      throw error
    }
    open.bytes = blockBytes
    this.#rolling = false
    this.#open = open
    this.#end = { generation, bytes: open.bytes }
    this.#nextGeneration = generation + 1
    return open
  }

  /**
   * Says in the file before that there is a next one, so that a next one that is missing is missed. It lies behind the
   * end that the opening frame names, and is read only when nothing follows.
   */
  async #pointTo(next: number): Promise<void> {
    // In mode `os` the next file may be gone after a power cut although this frame is there.
    if (!this.#options.synced) return
    if (this.#open !== undefined) return this.#writePointer(this.#open, next)
    const found = this.#options.end.newest
    if (found === undefined) return
    const { generation, bytes } = found
    const file = await this.#options.files.reopen(generation)
    try {
      const seed = frameSeed(this.#options.secret, generation)
      // Nothing is ever written behind it, so that its sequence may be above all that the file knows.
      const sequence = lastSequence - 1
      await this.#writePointer({ file, generation, seed, bytes, sequence, unsynced: false, taken: 0 }, next)
    } finally {
      await file.close()
    }
  }

  async #writePointer(open: OpenFile, next: number): Promise<void> {
    const block = this.#emptyBlock()
    const pointer = { ...plainFrame(FrameKind.rolled, this.#options.wallMs()), partition: next }
    writeFrame(block, 0, pointer, this.#nextPlace(open))
    try {
      await this.#writeDurably(open, block, open.bytes)
    } catch (error) {
      // On a full disk the journal goes on without.
      if (!isPassing(error)) throw error
    }
  }

  /** In mode `os` the file before is synced in the background; only one at a time. */
  async #retire(): Promise<void> {
    await this.#retiring
    const open = this.#open
    if (open === undefined) return
    this.#retiring = this.#finish(open)
    this.#retiring.catch(() => undefined)
  }

  async #finish(open: OpenFile): Promise<void> {
    if (open.unsynced) {
      await sync(open.file)
      this.#syncedTo = Math.max(this.#syncedTo, journalPosition(open.generation, open.bytes))
    }
    await open.file.close()
  }

  get #durable(): number {
    const { generation, bytes } = this.#end
    return this.#options.synced ? journalPosition(generation, blockEnd(bytes)) : this.#syncedTo
  }

  async #writeFrames(open: OpenFile, frames: readonly JournalFrame[]): Promise<void> {
    let next = 0
    let which: 0 | 1 = 0
    let inFlight: Promise<void> | undefined
    while (next < frames.length) {
      const first = frames[next] as JournalFrame
      if (frameBytes(first.payload.byteLength) > stagingBytes) {
        await inFlight
        await this.#writeLarge(open, first)
        next++
        continue
      }
      const staged = this.#stage(open, frames, { next, into: this.#memory.staging[which] })
      // The first write begins at once: whoever calls has other things to do after it.
      if (inFlight !== undefined) await inFlight
      inFlight = this.#writeDurably(open, staged.bytes, open.bytes)
      // Whatever happens before the loop comes round must not leave a rejection without a handler.
      inFlight.catch(() => undefined)
      open.bytes += staged.bytes.byteLength
      next = staged.next
      which = which === 0 ? 1 : 0
    }
    await inFlight
  }

  /** Lays out frames until the buffer is full, padded to whole blocks. */
  #stage(
    open: OpenFile,
    frames: readonly JournalFrame[],
    from: { readonly next: number; readonly into: Buffer }
  ): { readonly bytes: Buffer; readonly next: number } {
    const target = from.into
    const next = firstBeyond(frames, from.next, target.byteLength)
    assert(next > from.next, 'every write takes at least one frame')
    // Filled in for each frame: this path runs for everything that is ever appended.
    const place = this.#nextPlace(open)
    let end = 0
    for (let index = from.next; index < next; index++) {
      place.following = next - 1 - index
      end = writeFrame(target, end, frames[index] as JournalFrame, place)
    }
    const padded = blockEnd(end)
    target.fill(0, end, padded)
    return { bytes: target.subarray(0, padded), next }
  }

  /** A frame that no buffer holds goes through them in pieces; it counts when the last one is durable. */
  async #writeLarge(open: OpenFile, frame: JournalFrame): Promise<void> {
    const header = Buffer.alloc(frameHeaderBytes)
    writeFrameHeader(header, 0, frame, this.#nextPlace(open))
    const bytes = frameHeaderBytes + frame.payload.byteLength
    const span = { from: open.bytes, to: open.bytes + blockEnd(bytes) }
    const cursor = new ChunkCursor([header, frame.payload, Buffer.alloc(span.to - span.from - bytes)])
    const write = (piece: Buffer, at: number): Promise<void> => this.#writeDurably(open, piece, at)
    await writeStaged(this.#memory.staging, cursor, span, write)
    open.bytes = span.to
  }

  #nextPlace(open: OpenFile): { -readonly [Field in keyof FramePlace]: FramePlace[Field] } {
    const { generation, seed, bytes } = open
    const durable = this.#options.synced ? journalPosition(generation, bytes) : this.#syncedTo
    return { start: bytes, generation, seed, sequence: ++open.sequence, durable, following: 0 }
  }

  get #memory(): JournalBuffers {
    return (this.#buffers ??= journalBuffers((bytes) => this.#options.files.memory(bytes)))
  }

  #emptyBlock(): Buffer {
    return this.#memory.block.fill(0)
  }

  async #writeDurably(open: OpenFile, bytes: Buffer, at: number): Promise<void> {
    const { failpoint, files, synced } = this.#options
    if (failpoint !== undefined) await failpoint('journal-write')
    await writeAll(open, bytes, at)
    if (failpoint !== undefined) await failpoint('journal-written')
    if (!synced) {
      open.unsynced = true
      return
    }
    if (files.dataSync) return
    if (failpoint !== undefined) await failpoint('journal-sync')
    await sync(open.file)
    if (failpoint !== undefined) await failpoint('journal-synced')
  }

  /**
   * Makes sure that a group that was refused is never replayed: a frame in its first block says that older
   * writes from here on are void. When not even that can be written, nothing of the group may be there, or the
   * file cannot be trusted any more.
   */
  async #abandon(open: OpenFile, firstSequence: number): Promise<void> {
    const { failpoint, wallMs } = this.#options
    await failpoint?.('journal-void')
    const block = this.#emptyBlock()
    const { generation, bytes } = open
    writeFrame(block, 0, plainFrame(FrameKind.abandoned, wallMs()), this.#nextPlace(open))
    open.taken = 0
    try {
      await this.#writeDurably(open, block, bytes)
      await confirm(open.file, { block, found: this.#memory.found }, bytes)
    } catch (error) {
      if (!isPassing(error)) throw new JournalBroken(error)
      if (open.taken < frameHeaderBytes) {
        // A write that fails may have written all the same: only what is there tells.
        if (await this.#hasFrameSince(firstSequence, open)) throw new JournalBroken(error)
        return
      }
      if (this.#options.synced && !this.#options.files.dataSync) await sync(open.file)
    }
    open.bytes += blockBytes
    this.#end = { generation, bytes: open.bytes }
    await failpoint?.('journal-voided')
  }

  /** Whether a frame of this sequence or a later one begins where the next group will. */
  async #hasFrameSince(sequence: number, open: OpenFile): Promise<boolean> {
    const found = this.#memory.found.fill(0)
    try {
      await readFully(open.file, found, open.bytes)
    } catch (error) {
      throw new JournalBroken(error)
    }
    const header = readFrameHeader(found, 0, open, open.bytes)
    return header !== undefined && header.sequence >= sequence
  }
}

/** The first frame that no longer fits into so many bytes. */
function firstBeyond(frames: readonly JournalFrame[], from: number, bytes: number): number {
  let next = from
  for (let end = 0; next < frames.length; next++) {
    end += frameBytes((frames[next] as JournalFrame).payload.byteLength)
    if (end > bytes) break
  }
  return next
}

/** The sum of the frames and of the padding after each write, at the most. */
export function groupBytes(frames: readonly JournalFrame[]): number {
  let bytes = blockBytes
  for (const frame of frames) bytes += frameBytes(frame.payload.byteLength)
  return bytes + Math.ceil(bytes / stagingBytes) * blockBytes * 2
}

async function writeAll(open: OpenFile, bytes: Buffer, at: number): Promise<void> {
  let done = 0
  while (done < bytes.byteLength) {
    const written = await open.file.write([done === 0 ? bytes : bytes.subarray(done)], at + done)
    done += written
    open.taken += written
  }
}

/** Reads back what all later writes to the file rest on: should it have gone astray, nothing else would tell. */
async function confirm(
  file: DiskFile,
  { block, found }: Pick<JournalBuffers, 'block' | 'found'>,
  at: number
): Promise<void> {
  await readFully(file, found.fill(0), at)
  if (!found.equals(block)) throw new JournalBroken('a write did not come to its place')
}

async function sync(file: DiskFile): Promise<void> {
  try {
    await file.datasync()
  } catch (error) {
    // After a failed sync the pages may count as written though they are not: whatever the code, this is final.
    throw new JournalBroken(error)
  }
}
