/**
 * The files of the journal: `<generation, 16 hex digits>.journal` in one folder. A file whose content is in
 * segments is not removed but renamed to a later generation and overwritten, which costs a third to half less
 * per synced write than a file that grows. Its old frames carry the old generation and mean nothing any more.
 */
import { errorCode, writeFully, type Disk, type DiskFile, type OpenOptions } from '@naru/base'
import type { Failpoint } from '../failpoints.ts'
import { blockBytes } from './journal-position.ts'
import { isPassing } from './journal-trouble.ts'

const namePattern = /^([0-9a-f]{16})\.journal$/
const temporarySuffix = '.tmp'

/** Files that wait to be overwritten; further ones are removed. */
const spareFilesMax = 4

export interface JournalFilesOptions {
  readonly disk: Disk
  readonly directory: string
  /** Whether each write has to be durable when it resolves. */
  readonly synced: boolean
  readonly fileBytes: number
  readonly failpoint?: Failpoint | undefined
}

export interface JournalFileName {
  readonly generation: number
  readonly path: string
}

export function journalFileName(generation: number): string {
  return `${generation.toString(16).padStart(16, '0')}.journal`
}

/** Files of a journal folder in the order of their generation; what a crash left half made is removed. */
export async function listJournalFiles(disk: Disk, directory: string): Promise<JournalFileName[]> {
  const found: JournalFileName[] = []
  for (const { name, kind } of await disk.list(directory)) {
    const match = namePattern.exec(name)
    if (match !== null && kind === 'file') {
      found.push({ generation: Number.parseInt(match[1] as string, 16), path: `${directory}/${name}` })
    } else if (name.endsWith(temporarySuffix)) {
      await disk.remove(`${directory}/${name}`)
    }
  }
  return found.sort((a, b) => a.generation - b.generation)
}

export class JournalFiles {
  readonly #options: JournalFilesOptions
  /** Files whose content is needed, the oldest first; the last one is written to. */
  #live: JournalFileName[] = []
  #spares: JournalFileName[] = []
  #prepared: { readonly file: Promise<DiskFile> } | undefined
  #dataSync: boolean
  /** Whether files are written past the page cache, which nobody reads them from; not when that is to keep them. */
  #direct: boolean
  #emptyBlock: Buffer | undefined

  constructor(options: JournalFilesOptions) {
    this.#options = options
    this.#dataSync = options.synced
    this.#direct = options.synced
  }

  /** Memory that all writes to the files, and reads from them, have to use. */
  memory(bytes: number): Buffer {
    return this.#options.disk.directMemory(bytes)
  }

  /** Bytes that the files in use take at most. */
  get liveBytes(): number {
    return this.#live.length * this.#options.fileBytes
  }

  /** Whether a write to the files is durable without a sync of its own. */
  get dataSync(): boolean {
    return this.#dataSync
  }

  get oldestGeneration(): number | undefined {
    return this.#live[0]?.generation
  }

  path(generation: number): string {
    return `${this.#options.directory}/${journalFileName(generation)}`
  }

  /** Takes over what was found at the start. */
  adopt(files: {
    readonly live: readonly JournalFileName[]
    readonly spares: readonly JournalFileName[]
  }): void {
    this.#live = [...files.live]
    this.#spares = [...files.spares]
  }

  /** Begins to make the next file, so that it is there when the present one is full. */
  prepare(generation: number): void {
    if (this.#prepared !== undefined) return
    const file = this.#make(generation)
    this.#prepared = { file }
    // Whoever takes the file learns of the failure; until then nobody waits for it.
    file.catch(() => undefined)
  }

  /** The empty file of a generation, which is in use from now on. */
  async take(generation: number): Promise<DiskFile> {
    this.prepare(generation)
    const prepared = this.#prepared
    this.#prepared = undefined
    const file = await prepared?.file.catch(passedBy)
    const taken = file ?? (await this.#make(generation))
    if (this.#live.at(-1)?.generation !== generation) {
      this.#live.push({ generation, path: this.path(generation) })
    }
    return taken
  }

  /** A file that was found at the start, to be written to once more. */
  reopen(generation: number): Promise<DiskFile> {
    return this.#open(this.path(generation), 'update')
  }

  /** Lets go of the files before a generation: some are kept to be overwritten. */
  async release(beforeGeneration: number): Promise<void> {
    const released = this.#live.filter(({ generation }) => generation < beforeGeneration)
    this.#live = this.#live.filter(({ generation }) => generation >= beforeGeneration)
    for (const file of released) {
      if (this.#spares.length < spareFilesMax) this.#spares.push(file)
      else await this.#remove(file.path)
    }
  }

  async #remove(path: string): Promise<void> {
    const { disk, failpoint } = this.#options
    await failpoint?.('journal-delete')
    await disk.remove(path)
    await failpoint?.('journal-deleted')
  }

  /** Closes the file that was prepared and is not needed. */
  async close(): Promise<void> {
    const prepared = this.#prepared
    this.#prepared = undefined
    const file = await prepared?.file.catch(() => undefined)
    await file?.close()
  }

  async #make(generation: number): Promise<DiskFile> {
    const spare = this.#spares.pop()
    return spare === undefined ? this.#create(generation) : this.#recycle(spare, generation)
  }

  async #create(generation: number): Promise<DiskFile> {
    const { disk, directory, failpoint } = this.#options
    await failpoint?.('journal-create')
    const path = this.path(generation)
    // An attempt that failed may have left an empty file of this name.
    await disk.remove(path)
    const file = await this.#openEmpty(path, 'create')
    await disk.syncDirectory(directory)
    await failpoint?.('journal-created')
    return file
  }

  async #recycle(spare: JournalFileName, generation: number): Promise<DiskFile> {
    const { disk, directory, failpoint } = this.#options
    await failpoint?.('journal-recycle')
    const path = this.path(generation)
    await disk.rename(spare.path, path)
    await disk.syncDirectory(directory)
    const file = await this.#openEmpty(path, 'update')
    await failpoint?.('journal-recycled')
    return file
  }

  /** An empty first block tells a start at a glance that nothing was written to this generation. */
  async #openEmpty(path: string, mode: 'create' | 'update'): Promise<DiskFile> {
    const file = await this.#open(path, mode)
    try {
      await writeFully(file, [(this.#emptyBlock ??= this.memory(blockBytes))], 0)
      if (this.#options.synced && !this.#dataSync) await file.datasync()
      return file
    } catch (error) {
      await file.close()
      // Larger blocks than ours, or memory that lies elsewhere than thought, and not the disk.
      if (!this.#direct || errorCode(error) !== 'EINVAL') throw error
      this.#direct = false
      return this.#openEmpty(path, 'update')
    }
  }

  /** Opens the file in the best way that the system knows. */
  async #open(path: string, mode: 'create' | 'update'): Promise<DiskFile> {
    for (;;) {
      const options: OpenOptions = { mode, dataSync: this.#dataSync, direct: this.#direct }
      try {
        return await this.#options.disk.open(path, options)
      } catch (error) {
        if (errorCode(error) !== 'ENOTSUP' || !(this.#direct || this.#dataSync)) throw error
        if (this.#direct) this.#direct = false
        else this.#dataSync = false
      }
    }
  }
}

/** What failed some time ago, for lack of space or files, may succeed now; a sync that failed must not be tried again. */
function passedBy(error: unknown): undefined {
  if (!isPassing(error)) throw error
}
