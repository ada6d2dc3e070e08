/** A file of the overlay: the bytes of the disk below, and in front of them the pages that were written since. */
import { DiskError, readFully, type Disk, type DiskFile } from '@naru/base'
import { overlayPageBytes as pageBytes } from './limits.ts'

export interface FileBelow {
  readonly disk: Disk
  readonly path: string
}

/** Memory that all files of an overlay share. */
export interface OverlayMemory {
  bytes: number
  readonly bytesMax: number
}

export class OverlayFile {
  readonly #below: FileBelow | undefined
  readonly #memory: OverlayMemory
  readonly #pages = new Map<number, Buffer>()
  /** Undefined before anybody asked. */
  #size: number | undefined
  /** Bytes of the file below that still count. */
  #belowBytes = 0

  constructor(below: FileBelow | undefined, memory: OverlayMemory) {
    this.#below = below
    this.#memory = memory
    if (below === undefined) this.#size = 0
  }

  async open(): Promise<DiskFile> {
    const file = await this.#below?.disk.open(this.#below.path, { mode: 'read' })
    if (this.#size === undefined) {
      this.#size = (await file?.size()) ?? 0
      this.#belowBytes = this.#size
    }
    return {
      read: (into, position) => this.#read(file, into, position),
      write: (chunks, position) => this.#write(file, Buffer.concat(chunks), position),
      datasync: () => Promise.resolve(),
      truncate: (bytes) => this.#truncate(file, bytes),
      size: () => Promise.resolve(this.#size ?? 0),
      close: async () => file?.close()
    }
  }

  async #read(file: DiskFile | undefined, into: Uint8Array, position: number): Promise<number> {
    const count = Math.max(0, Math.min(into.byteLength, (this.#size ?? 0) - position))
    if (count === 0) return 0
    const target = into.subarray(0, count)
    await this.#readBelow(file, target, position)
    if (this.#pages.size === 0) return count
    for (let page = Math.floor(position / pageBytes); page * pageBytes < position + count; page++) {
      const content = this.#pages.get(page)
      if (content === undefined) continue
      const from = Math.max(page * pageBytes, position)
      const to = Math.min((page + 1) * pageBytes, position + count)
      target.set(content.subarray(from - page * pageBytes, to - page * pageBytes), from - position)
    }
    return count
  }

  /** What the file below has, and zeros behind it. */
  async #readBelow(file: DiskFile | undefined, target: Uint8Array, position: number): Promise<void> {
    const bytes = Math.max(0, Math.min(target.byteLength, this.#belowBytes - position))
    const read =
      file === undefined || bytes === 0 ? 0 : await readFully(file, target.subarray(0, bytes), position)
    target.fill(0, read)
  }

  async #write(file: DiskFile | undefined, bytes: Buffer, position: number): Promise<number> {
    const end = position + bytes.byteLength
    for (let page = Math.floor(position / pageBytes); page * pageBytes < end; page++) {
      const content = await this.#page(file, page)
      const from = Math.max(page * pageBytes, position)
      const to = Math.min((page + 1) * pageBytes, end)
      content.set(bytes.subarray(from - position, to - position), from - page * pageBytes)
    }
    this.#size = Math.max(this.#size ?? 0, end)
    return bytes.byteLength
  }

  async #page(file: DiskFile | undefined, page: number): Promise<Buffer> {
    const known = this.#pages.get(page)
    if (known !== undefined) return known
    if (this.#memory.bytes + pageBytes > this.#memory.bytesMax) {
      throw new DiskError({
        code: 'ENOSPC',
        operation: 'write',
        path: this.#below?.path ?? 'a file in memory'
      })
    }
    this.#memory.bytes += pageBytes
    const content = Buffer.alloc(pageBytes)
    await this.#readBelow(file, content, page * pageBytes)
    this.#pages.set(page, content)
    return content
  }

  /** What is cut off reads as zeros when the file grows again. */
  async #truncate(file: DiskFile | undefined, bytes: number): Promise<void> {
    if (bytes % pageBytes > 0 && bytes < (this.#size ?? 0)) {
      const content = await this.#page(file, Math.floor(bytes / pageBytes))
      content.fill(0, bytes % pageBytes)
    }
    for (const page of this.#pages.keys()) {
      if (page * pageBytes < bytes) continue
      this.#pages.delete(page)
      this.#memory.bytes -= pageBytes
    }
    this.#belowBytes = Math.min(this.#belowBytes, bytes)
    this.#size = bytes
  }
}
