/**
 * A disk in memory that can fail as real ones do: power cuts that keep a random part of what was not synced,
 * errors, short writes, a full disk, syncs that fail and lose the pages, bits that flip. One seed repeats a run.
 *
 * `mount()` gives the `Disk` of one life of the process. After `crash()` everything that the old life still
 * does hangs for ever and changes nothing, and the next `mount()` sees what is left.
 */
import {
  assert,
  byteCount,
  directBlockBytes,
  DiskError,
  type DirectoryEntry,
  type Disk,
  type DiskFile,
  type DiskLock,
  type OpenOptions
} from '@naru/base'
import type { DiskImage } from './disk-image.ts'
import { Names } from './disk-names.ts'
import { SeededRandom } from './seeded-random.ts'

/** What a rule may do to a call. */
export type DiskFault =
  | { readonly kind: 'error'; readonly code: string }
  /** Writes only so many bytes. */
  | { readonly kind: 'short'; readonly bytes: number }
  /** The power goes off in the middle of the call. */
  | { readonly kind: 'crash' }
  /** The process dies in the middle of the call; the system keeps what it had taken. */
  | { readonly kind: 'kill' }
  /** A write lands so far from where it belongs, in the same file, and says that all went well. */
  | { readonly kind: 'misdirect'; readonly byBytes: number }

/** What may happen to a read. */
export type ReadFault = { readonly kind: 'error'; readonly code: string }

export interface DiskRead {
  readonly path: string
  readonly position: number
  readonly bytes: number
}

export interface DiskCall {
  /** Counts from 1 over all calls that can change the disk. */
  readonly number: number
  readonly operation: string
  readonly path: string
}

export interface FaultyDiskOptions {
  readonly seed: number
  /** Bytes that all files together may take. */
  readonly capacityBytes?: number
  /** False for a system that cannot open files with O_DSYNC. */
  readonly knowsDataSync?: boolean
  /** False for a system that cannot write past its page cache. */
  readonly knowsDirect?: boolean
  /** Files of which a power cut may garble the sectors that were being written; disks promise not to. */
  readonly garbles?: (path: string) => boolean
  /** Lets other work go on in the middle of a call. */
  readonly pause?: () => Promise<void>
}

export class FaultyDisk {
  readonly #names: Names
  readonly #random: SeededRandom
  readonly #garbles: (path: string) => boolean
  readonly #pause: () => Promise<void>
  readonly #knowsDataSync: boolean
  readonly #knowsDirect: boolean
  readonly #locks = new Set<string>()
  #life = 0
  #calls = 0
  #crashed: (() => void) | undefined
  capacityBytes: number
  /** Asked before each call that can change the disk. */
  rule: ((call: DiskCall) => DiskFault | undefined) | undefined
  /** Asked before each read. */
  readRule: ((read: DiskRead) => ReadFault | undefined) | undefined

  constructor(options: FaultyDiskOptions, names = new Names()) {
    this.#names = names
    this.#random = new SeededRandom(options.seed)
    this.#knowsDataSync = options.knowsDataSync ?? true
    this.#knowsDirect = options.knowsDirect ?? true
    this.#garbles = options.garbles ?? (() => false)
    this.#pause = options.pause ?? (() => Promise.resolve())
    this.capacityBytes = options.capacityBytes ?? Number.MAX_SAFE_INTEGER
  }

  /** Calls that could change the disk, so far. */
  get calls(): number {
    return this.#calls
  }

  /** Bytes that all files take. */
  get usedBytes(): number {
    let used = 0
    for (const image of this.#names.files()) used += image.size
    return used
  }

  /** Another disk with the same content, all of it durable. */
  clone(options: FaultyDiskOptions): FaultyDisk {
    return new FaultyDisk(options, this.#names.clone())
  }

  /** Paths of all files that the running system sees, sorted. */
  paths(): string[] {
    return this.#names.paths()
  }

  /** The file as it is, for tests that damage it. */
  image(path: string): DiskImage {
    return this.#names.file(path)
  }

  /** Turns the power off: what was not durable is kept or lost at random. */
  crash(): void {
    this.#life++
    this.#locks.clear()
    this.#names.crash(this.#random, this.#garbles)
    this.#crashed?.()
  }

  /** Resolves at the next crash or kill. */
  crashed(): Promise<void> {
    return new Promise((resolve) => {
      this.#crashed = resolve
    })
  }

  /** Ends the process and leaves everything as the system sees it, as `kill -9` does. */
  kill(): void {
    this.#life++
    this.#locks.clear()
    this.#crashed?.()
  }

  mount(): Disk {
    const life = this.#life
    const step = (operation: string, path: string) => this.#step(life, operation, path)
    const alive = () => this.#alive(life)
    const names = this.#names
    return {
      open: (path, options) => this.#open(life, path, options),
      directMemory: (bytes) => Buffer.alloc(bytes),
      rename: async (from, to) => {
        await step('rename', from)
        names.rename(from, to)
        await alive()
      },
      remove: async (path) => {
        await step('remove', path)
        names.remove(path)
        await alive()
      },
      removeDirectory: async (path) => {
        await step('rmdir', path)
        names.removeFolder(path)
        await alive()
      },
      makeDirectory: async (path) => {
        await step('mkdir', path)
        names.makeFolder(path)
        await alive()
      },
      list: async (path): Promise<readonly DirectoryEntry[]> => {
        await alive()
        return names.list(path)
      },
      syncDirectory: async (path) => {
        await step('syncdir', path)
        names.sync(path)
        await alive()
      },
      lock: async (path): Promise<DiskLock | undefined> => {
        await alive()
        if (this.#locks.has(path)) return undefined
        this.#locks.add(path)
        return { release: () => Promise.resolve(void this.#locks.delete(path)) }
      }
    }
  }

  async #open(life: number, path: string, options: OpenOptions): Promise<DiskFile> {
    if (options.dataSync === true && !this.#knowsDataSync) throw diskError('ENOTSUP', 'open', path)
    if (options.direct === true && !this.#knowsDirect) throw diskError('ENOTSUP', 'open', path)
    if (options.mode === 'create') await this.#step(life, 'create', path)
    else await this.#alive(life)
    const image = options.mode === 'create' ? this.#names.create(path) : this.#names.file(path)
    const { dataSync = false, direct = false } = options
    return this.#handle(life, { path, image, dataSync, direct })
  }

  #handle(
    life: number,
    opened: {
      readonly path: string
      readonly image: DiskImage
      readonly dataSync: boolean
      readonly direct: boolean
    }
  ): DiskFile {
    const { path, image, dataSync, direct } = opened
    return {
      read: async (into, position) => {
        if (direct) assertWholeBlocks([into], position)
        await this.#alive(life)
        const fault = this.readRule?.({ path, position, bytes: into.byteLength })
        if (fault !== undefined) throw diskError(fault.code, 'read', path)
        return image.read(into, position)
      },
      write: async (chunks, position) => {
        if (direct) assertWholeBlocks(chunks, position)
        const bytes = Buffer.concat(chunks)
        const fault = await this.#step(life, 'write', path)
        const count = this.#room(image, bytes.byteLength, position)
        const short = fault?.kind === 'short' ? Math.min(fault.bytes, count) : count
        const wanted = direct ? short - (short % directBlockBytes) : short
        if (wanted === 0 && bytes.byteLength > 0) throw diskError('ENOSPC', 'write', path)
        if (fault?.kind === 'misdirect') {
          misdirect(image, bytes.subarray(0, wanted), { position, byBytes: fault.byBytes })
          return wanted
        }
        image.write(bytes.subarray(0, wanted), position)
        if (fault?.kind === 'kill') this.kill()
        await this.#alive(life)
        const range = { from: position, to: position + wanted }
        if (fault?.kind === 'error') {
          if (dataSync) image.loseDirty(range)
          throw diskError(fault.code, 'write', path)
        }
        if (dataSync) image.sync(range)
        return wanted
      },
      datasync: async () => {
        const fault = await this.#step(life, 'datasync', path)
        if (fault?.kind === 'error') {
          image.loseDirty()
          throw diskError(fault.code, 'datasync', path)
        }
        image.sync()
        await this.#alive(life)
      },
      truncate: async (bytes) => {
        await this.#step(life, 'truncate', path)
        image.truncate(bytes)
        await this.#alive(life)
      },
      size: async () => {
        await this.#alive(life)
        return image.size
      },
      close: () => Promise.resolve()
    }
  }

  #room(image: DiskImage, bytes: number, position: number): number {
    const growth = Math.max(0, position + bytes - image.size)
    const free = Math.max(0, this.capacityBytes - this.usedBytes)
    return growth <= free ? bytes : Math.max(0, bytes - (growth - free))
  }

  /** A call that changes something: counts it, asks the rule, and dies with the life that it belongs to. */
  async #step(life: number, operation: string, path: string): Promise<DiskFault | undefined> {
    await this.#alive(life)
    const fault = this.rule?.({ number: ++this.#calls, operation, path })
    if (fault?.kind === 'crash') {
      this.crash()
      await this.#alive(life)
    }
    if (fault?.kind === 'kill' && operation !== 'write') {
      this.kill()
      await this.#alive(life)
    }
    const isData = operation === 'write' || operation === 'datasync'
    if (fault?.kind === 'error' && !isData) throw diskError(fault.code, operation, path)
    return fault
  }

  async #alive(life: number): Promise<void> {
    if (life === this.#life) await this.#pause()
    if (life !== this.#life) await new Promise<never>(() => undefined)
  }
}

function assertWholeBlocks(chunks: readonly Uint8Array[], position: number): void {
  const isWhole = position % directBlockBytes === 0 && byteCount(chunks) % directBlockBytes === 0
  assert(isWhole && chunks.length === 1, 'a direct call is one chunk of whole blocks')
}

/** The length of the file is right, what should be there is not, and what is there instead is durable. */
function misdirect(
  image: DiskImage,
  bytes: Uint8Array,
  { position, byBytes }: { readonly position: number; readonly byBytes: number }
): void {
  const end = position + bytes.byteLength
  if (end > image.size) image.truncate(end)
  image.write(bytes, Math.max(0, Math.min(position + byBytes, image.size - bytes.byteLength)))
  image.sync()
}

function diskError(code: string, operation: string, path: string): DiskError {
  return new DiskError({ code, operation, path })
}
