/**
 * A file beside the .log that only grows, by entries of one size: an index or the sidecar. New entries wait
 * in memory until a sync writes them, or on beyond it while they are few: then the manifest holds them. A file without
 * entries is not made at all.
 *
 * `content()` gives what is on disk and what waits apart, so that nothing is copied to look something up.
 */
import { errorCode, readFully, writeFully, type DiskFile } from '@naru/base'
import type { SegmentContext } from './segment-context.ts'

const noBytes = Buffer.alloc(0)
const pendingBytesMin = 256

/** What one kind of file has in common. */
export interface EntryFormat {
  readonly headerBytes: number
  readonly encodeHeader: (baseOffset: number) => Buffer
  /** Whether entries that were read can be what was written, as far as they alone can tell. */
  readonly areSane: (entries: Buffer) => boolean
}

export interface EntryFileOptions {
  readonly path: string
  readonly baseOffset: number
  readonly format: EntryFormat
  /** Length of the file as far as it is known to be durable. */
  readonly fileBytes?: number | undefined
  /** Entries behind those of the file, in base64. */
  readonly waiting?: string | undefined
}

/** Entries in order, without the file's header. */
export interface EntryContent {
  readonly onDisk: Buffer
  readonly pending: Buffer
}

export class EntryFile {
  #path: string
  readonly #baseOffset: number
  readonly #format: EntryFormat
  /** Bytes in the file, header included. */
  #fileBytes: number
  /** Written since the last sync. */
  #isDirty = false
  #nameIsNew = false
  #pending: Buffer = noBytes
  #pendingBytes = 0

  constructor(options: EntryFileOptions) {
    this.#path = options.path
    this.#baseOffset = options.baseOffset
    this.#format = options.format
    this.#fileBytes = options.fileBytes ?? 0
    if (options.waiting === undefined) return
    this.#pending = Buffer.from(options.waiting, 'base64')
    this.#pendingBytes = this.#pending.byteLength
  }

  get path(): string {
    return this.#path
  }

  /** Takes the name over that the file has been given. */
  renamed(context: SegmentContext, path: string): void {
    this.forget(context)
    this.#path = path
    // Another file may have had the name until now.
    this.forget(context)
  }

  /** Bytes of entries, written or waiting. */
  get entryBytes(): number {
    return Math.max(0, this.#fileBytes - this.#format.headerBytes) + this.#pendingBytes
  }

  /** Length of the file, without what waits. */
  get fileBytes(): number {
    return this.#fileBytes
  }

  /** Bytes of entries that wait; pass it to `dropPending` to undo later appends. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /** Entries that wait, in base64; undefined when there are none. */
  get waiting(): string | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#pending.toString('base64', 0, this.#pendingBytes)
  }

  append(entry: Uint8Array): void {
    const needed = this.#pendingBytes + entry.byteLength
    if (needed > this.#pending.byteLength) this.#grow(needed)
    this.#pending.set(entry, this.#pendingBytes)
    this.#pendingBytes = needed
  }

  dropPending(toBytes: number): void {
    this.#pendingBytes = toBytes
  }

  /** Whether a sync of the folder is due, too, before the entries can be relied on. */
  get nameIsNew(): boolean {
    return this.#nameIsNew
  }

  /**
   * Writes what waits, unless that is no more than may go on waiting; nothing is durable yet. When it fails, everything
   * still waits.
   */
  async flush(context: SegmentContext, waitingBytesMax = 0): Promise<void> {
    if (this.#pendingBytes <= waitingBytesMax) return
    const isNew = this.#fileBytes === 0
    const entries = this.#pending.subarray(0, this.#pendingBytes)
    const chunks = isNew ? [this.#header(), entries] : [entries]
    const write = { create: isNew }
    await context.files.change(this.path, (file) => writeFully(file, chunks, this.#fileBytes), write)
    for (const chunk of chunks) this.#fileBytes += chunk.byteLength
    // Views of the old array may still be with readers, so that a new one is begun.
    this.#pending = noBytes
    this.#pendingBytes = 0
    this.#isDirty = true
    this.#nameIsNew ||= isNew
  }

  /** Makes what was written durable, but for the name. */
  async sync(context: SegmentContext): Promise<void> {
    if (!this.#isDirty) return
    await context.files.datasync(this.path)
    this.#isDirty = false
    this.#nameIsNew = false
  }

  /** The entries as of the call, later ones excluded; undefined when the file is missing, short or damaged. */
  async content(context: SegmentContext): Promise<EntryContent | undefined> {
    const pending = this.#pending.subarray(0, this.#pendingBytes)
    const bytes = this.#fileBytes
    if (bytes === 0) return { onDisk: noBytes, pending }
    const file = await context.indexes.get(this.path, bytes, () => this.#load(context, bytes))
    if (file.byteLength < bytes) return undefined
    return { onDisk: file.subarray(this.#format.headerBytes), pending }
  }

  /** Removes what the file has beyond its length; a file that is shorter or missing stays as it is. */
  async cut(context: SegmentContext): Promise<void> {
    const bytes = this.#fileBytes
    if (bytes === 0) return
    try {
      await context.files.change(this.path, async (file) => {
        if ((await file.size()) > bytes) await file.truncate(bytes)
      })
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }

  /**
   * Gives the file its header and its length, with zeros where entries are lost, so that later entries come to
   * their place. For entries that are checked one by one.
   */
  async patch(context: SegmentContext): Promise<void> {
    const bytes = this.#fileBytes
    if (bytes === 0) return
    context.indexes.forget(this.path)
    const write = async (file: DiskFile): Promise<void> => {
      await writeFully(file, [this.#header()], 0)
      await file.truncate(bytes)
      this.#isDirty = true
    }
    try {
      await context.files.change(this.path, write)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      await context.files.change(this.path, write, { create: true })
      this.#nameIsNew = true
    }
  }

  /** Takes over a file that replaced this one and holds all entries. */
  replaced(context: SegmentContext, fileBytes: number): void {
    this.forget(context)
    this.#fileBytes = fileBytes
    this.#isDirty = false
    this.#nameIsNew = false
    this.#pending = noBytes
    this.#pendingBytes = 0
  }

  /** Closes the file and drops what is in memory; for renames and removals. */
  forget(context: SegmentContext): void {
    context.files.forget(this.path)
    context.indexes.forget(this.path)
  }

  async #load(context: SegmentContext, bytes: number): Promise<Buffer> {
    const content = Buffer.allocUnsafeSlow(bytes)
    try {
      const read = await context.files.read(this.path, (file) => readFully(file, content, 0))
      const { headerBytes } = this.#format
      if (read < bytes || !this.#header().equals(content.subarray(0, headerBytes))) return noBytes
      return this.#format.areSane(content.subarray(headerBytes)) ? content : noBytes
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return noBytes
      throw error
    }
  }

  #header(): Buffer {
    return this.#format.encodeHeader(this.#baseOffset)
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(pendingBytesMin, needed * 2))
    larger.set(this.#pending.subarray(0, this.#pendingBytes))
    this.#pending = larger
  }
}
