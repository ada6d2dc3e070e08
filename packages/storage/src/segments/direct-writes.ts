/**
 * Writes long stretches of a .log past the page cache. What is written out was served to those who read the tail from
 * memory already; in the page cache it would only push out what somebody does read, and its write-back at the next
 * sync would hold up the journal, which shares the disk. (Measured: docs/decisions/0003-segments.md.)
 *
 * Whole blocks go through a descriptor of their own, opened for the one write; what stands before and behind them in
 * a block that others share goes through the page cache as everything else, which the system keeps in step.
 */
import { byteCount, directBlockBytes, errorCode, writeFully, type Disk, type DiskFile } from '@naru/base'
import { ChunkCursor } from '../staging/chunk-cursor.ts'
import { writeStaged, type Span, type Staging } from '../staging/staged-write.ts'
import { directLanesMax, directStagingBytes } from './limits.ts'

/** A file, and the descriptor of it that others use, too. */
export interface WriteTarget {
  readonly path: string
  readonly file: DiskFile
}

export class DirectWrites {
  readonly #disk: Disk
  readonly #bytesMin: number
  readonly #idle: Staging[] = []
  readonly #waiting: Array<(lane: Staging) => void> = []
  #lanes = 0
  #isSupported = true

  /** Writes with fewer bytes in whole blocks go through the page cache. */
  constructor(disk: Disk, bytesMin = Infinity) {
    this.#disk = disk
    this.#bytesMin = bytesMin
  }

  /** Writes everything at the position; durable after `datasync` of the file, as any write. */
  async write(target: WriteTarget, chunks: readonly Uint8Array[], position: number): Promise<void> {
    const middle = wholeBlocks(position, position + byteCount(chunks))
    if (this.#isSupported && middle.to - middle.from >= this.#bytesMin) {
      if (await this.#writePastCache(target, chunks, { position, middle })) return
      this.#isSupported = false
    }
    await writeFully(target.file, chunks, position)
  }

  /** Resolves to false where the system does not write so. */
  async #writePastCache(
    { path, file }: WriteTarget,
    chunks: readonly Uint8Array[],
    { position, middle }: { readonly position: number; readonly middle: Span }
  ): Promise<boolean> {
    const direct = await this.#open(path)
    if (direct === undefined) return false
    const lane = await this.#takeLane()
    try {
      const cursor = new ChunkCursor(chunks)
      await writeFully(file, [cursor.take(middle.from - position)], position)
      await writeStaged(lane, cursor, middle, (bytes, at) => writeFully(direct, [bytes], at))
      await writeFully(file, [cursor.rest()], middle.to)
      return true
    } catch (error) {
      // Blocks larger than ours, or memory that lies elsewhere than thought: nothing is wrong with the disk.
      if (errorCode(error) === 'EINVAL') return false
      throw error
    } finally {
      this.#giveBack(lane)
      await direct.close()
    }
  }

  async #open(path: string): Promise<DiskFile | undefined> {
    try {
      return await this.#disk.open(path, { mode: 'update', direct: true })
    } catch (error) {
      if (errorCode(error) === 'ENOTSUP') return undefined
      throw error
    }
  }

  async #takeLane(): Promise<Staging> {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#lanes === directLanesMax) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#lanes++
    const memory = this.#disk.directMemory(2 * directStagingBytes)
    return [memory.subarray(0, directStagingBytes), memory.subarray(directStagingBytes)]
  }

  #giveBack(lane: Staging): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(lane)
    else next(lane)
  }
}

/** Where the whole blocks of a write begin and end. */
function wholeBlocks(from: number, to: number): Span {
  return {
    from: Math.ceil(from / directBlockBytes) * directBlockBytes,
    to: Math.floor(to / directBlockBytes) * directBlockBytes
  }
}
