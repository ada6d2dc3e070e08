/**
 * The open files of all partitions, bounded: the least recently used one that is idle is closed when another
 * one is needed, and a caller waits when all are in use.
 *
 * A file is lent for the duration of one piece of work and never closed under it. Work must not ask for a
 * second file while it holds one, or callers could wait for each other for ever. A file that was written to
 * is synced before it is closed to make room: an error of writing back that the kernel meets between close
 * and the next open could otherwise go unseen.
 */
import { DiskError, type Disk, type DiskFile } from '@naru/base'
import { openFilesMax } from './limits.ts'

interface OpenFile {
  readonly path: string
  readonly file: Promise<DiskFile>
  users: number
  /** Written to since the last sync. */
  dirty: boolean
  /** All that was written to it until it was closed is durable. */
  syncedAtClose: boolean
  /** Not to be lent again; closed by its last user. */
  forgotten: boolean
}

export interface FileCacheOptions {
  readonly filesMax?: number | undefined
}

export class FileCache {
  readonly #disk: Disk
  readonly #filesMax: number
  /** In order of use, the oldest first. */
  readonly #files = new Map<string, OpenFile>()
  readonly #waiting: Array<() => void> = []
  readonly #closing = new Set<Promise<void>>()
  /** Written to and closed to make room, and neither opened nor asked for since; bounded by what is to be synced. */
  readonly #evicted = new Map<string, OpenFile>()
  /** Descriptors that are open, being opened or being closed. */
  #openCount = 0
  #syncFailure: unknown

  constructor(disk: Disk, options: FileCacheOptions = {}) {
    this.#disk = disk
    this.#filesMax = options.filesMax ?? openFilesMax
  }

  get openCount(): number {
    return this.#openCount
  }

  /** Lends an existing file; rejects with a `DiskError` (`ENOENT`) when it is not there. */
  async read<T>(path: string, work: (file: DiskFile) => Promise<T>): Promise<T> {
    return this.#lend(await this.#acquire(path, 'update'), work)
  }

  /** Lends a file for changes, so that it is not closed unsynced. With `create` it is made anew, whatever is there. */
  async change<T>(
    path: string,
    work: (file: DiskFile) => Promise<T>,
    options: { readonly create: boolean } = { create: false }
  ): Promise<T> {
    const open = await this.#acquire(path, options.create ? 'create' : 'update')
    open.dirty = true
    return this.#lend(open, work)
  }

  /** Makes everything written to the file durable. */
  async datasync(path: string): Promise<void> {
    if (this.#syncFailure !== undefined) throw this.#syncFailure as Error
    const evicted = this.#evicted.get(path)
    if (evicted !== undefined) this.#evicted.delete(path)
    if (evicted?.syncedAtClose === true) return
    const open = await this.#acquire(path, 'update')
    await this.#lend(open, () => this.#sync(open))
    // The kernel tells a failure once: the descriptor that was being closed meanwhile may have been told instead.
    if (this.#syncFailure !== undefined) throw this.#syncFailure as Error
  }

  /** Closes the file as soon as nobody uses it; for paths that are renamed or removed. */
  forget(path: string): void {
    this.#evicted.delete(path)
    const open = this.#files.get(path)
    if (open === undefined) return
    this.#files.delete(path)
    open.forgotten = true
    if (open.users === 0) this.#close(open)
  }

  /** Closes all files; those in use are closed by their last user. */
  async close(): Promise<void> {
    for (const path of this.#files.keys()) this.forget(path)
    while (this.#closing.size > 0) await Promise.all(this.#closing)
  }

  async #acquire(path: string, mode: 'update' | 'create'): Promise<OpenFile> {
    for (;;) {
      // Whoever makes a file knows of none: one that is open is the rest of an attempt that failed, perhaps of a removed topic.
      if (mode === 'create') this.forget(path)
      const known = this.#files.get(path)
      if (known !== undefined) return this.#acquireKnown(known)
      if (this.#openCount < this.#filesMax) return this.#open(path, mode)
      // Each file that is being closed serves one of those who wait.
      if (this.#closing.size <= this.#waiting.length) this.#evictOne()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async #acquireKnown(known: OpenFile): Promise<OpenFile> {
    known.users++
    this.#files.delete(known.path)
    this.#files.set(known.path, known)
    await known.file
    return known
  }

  async #open(path: string, mode: 'update' | 'create'): Promise<OpenFile> {
    this.#openCount++
    this.#evicted.delete(path)
    const file = mode === 'create' ? this.#create(path) : this.#disk.open(path, { mode: 'update' })
    const open: OpenFile = { path, file, users: 1, dirty: false, syncedAtClose: false, forgotten: false }
    this.#files.set(path, open)
    try {
      await file
      return open
    } catch (error) {
      if (this.#files.get(path) === open) this.#files.delete(path)
      this.#openCount--
      this.#wake()
      throw error
    }
  }

  /** A file of that name is the rest of an attempt that failed before anything knew of it. */
  async #create(path: string): Promise<DiskFile> {
    try {
      return await this.#disk.open(path, { mode: 'create' })
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== 'EEXIST') throw error
      await this.#disk.remove(path)
      return this.#disk.open(path, { mode: 'create' })
    }
  }

  async #lend<T>(open: OpenFile, work: (file: DiskFile) => Promise<T>): Promise<T> {
    try {
      return await work(await open.file)
    } finally {
      open.users--
      if (open.users === 0) {
        if (open.forgotten) this.#close(open)
        else if (this.#waiting.length > 0) this.#wake()
      }
    }
  }

  #wake(): void {
    this.#waiting.shift()?.()
  }

  /** Starts to close the oldest idle file, one without unsynced writes if there is one. */
  #evictOne(): void {
    let oldestDirty: OpenFile | undefined
    for (const open of this.#files.values()) {
      if (open.users > 0) continue
      if (!open.dirty) {
        this.#files.delete(open.path)
        return this.#close(open)
      }
      oldestDirty ??= open
    }
    if (oldestDirty === undefined) return
    this.#files.delete(oldestDirty.path)
    this.#evicted.set(oldestDirty.path, oldestDirty)
    this.#close(oldestDirty, { sync: true })
  }

  #close(open: OpenFile, options: { readonly sync: boolean } = { sync: false }): void {
    const closing = this.#closeNow(open, options.sync).finally(() => {
      this.#closing.delete(closing)
      this.#openCount--
      this.#wake()
    })
    this.#closing.add(closing)
  }

  async #closeNow(open: OpenFile, sync: boolean): Promise<void> {
    try {
      if (sync) {
        await this.#sync(open)
        open.syncedAtClose = true
      }
    } catch {
      // Remembered by #sync: the next datasync of any file reports it, and no checkpoint can pass it by.
    }
    const file = await open.file
    await file.close().catch(() => undefined)
  }

  async #sync(open: OpenFile): Promise<void> {
    const file = await open.file
    open.dirty = false
    try {
      await file.datasync()
    } catch (error) {
      open.dirty = true
      this.#syncFailure ??= error
      throw error
    }
  }
}
