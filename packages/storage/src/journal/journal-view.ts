/** A journal file in memory as far as it was asked for: memory that was not read into is not really there. */
import { readFully, type Disk, type DiskFile } from '@naru/base'
import { readFrameHeader, type FrameHeader } from './frame.ts'
import { blockBytes, blockEnd } from './journal-position.ts'

/** Bytes that are read at a time. */
const readBytes = 1024 * 1024

export class JournalView {
  readonly path: string
  readonly generation: number
  readonly seed: number
  readonly bytes: Buffer
  readonly #file: DiskFile
  #from: number
  #to: number

  constructor(
    file: DiskFile,
    at: {
      readonly path: string
      readonly generation: number
      readonly seed: number
      readonly size: number
      readonly from: number
    }
  ) {
    this.#file = file
    this.path = at.path
    this.generation = at.generation
    this.seed = at.seed
    this.bytes = Buffer.allocUnsafeSlow(at.size)
    this.#from = Math.min(at.from, at.size)
    this.#to = this.#from
  }

  get size(): number {
    return this.bytes.byteLength
  }

  /** Makes sure that everything up to a position is in memory, as far as the file goes. */
  async load(to: number): Promise<void> {
    while (this.#to < Math.min(to, this.size)) {
      const end = Math.min(this.size, Math.max(this.#to + readBytes, to))
      const read = await readFully(this.#file, this.bytes.subarray(this.#to, end), this.#to)
      // A file that got shorter under us reads as zeros, which is where it ends.
      this.bytes.fill(0, this.#to + read, end)
      this.#to = end
    }
  }

  /** Brings the whole file into memory, what lies before the place of the first read included. */
  async loadAll(): Promise<void> {
    await this.load(this.size)
    const read = await readFully(this.#file, this.bytes.subarray(0, this.#from), 0)
    this.bytes.fill(0, read, this.#from)
    this.#from = 0
  }

  /** The header of the frame at a position; undefined when there is none. */
  async header(at: number): Promise<FrameHeader | undefined> {
    await this.load(at + blockBytes)
    return readFrameHeader(this.bytes, at, this)
  }

  /** Whether there is nothing but zeros up to the end of the block. */
  isPadding(at: number): boolean {
    const end = Math.min(blockEnd(at + 1), this.size)
    for (let index = at; index < end; index++) {
      if (this.bytes[index] !== 0) return false
    }
    return true
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** Opens a file to be read from a position on. */
export async function openJournalView(
  disk: Disk,
  at: { readonly path: string; readonly generation: number; readonly seed: number; readonly from: number }
): Promise<JournalView> {
  const file = await disk.open(at.path, { mode: 'read' })
  return new JournalView(file, { ...at, size: await file.size() })
}
