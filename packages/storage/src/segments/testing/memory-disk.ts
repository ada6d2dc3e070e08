/**
 * A disk in memory for the tests of segments: files are plain buffers that a test may change behind the back
 * of the code, writes may be short, and single calls may be made to fail.
 */
import {
  byteCount,
  DiskError,
  type DirectoryEntry,
  type Disk,
  type DiskFile,
  type OpenOptions
} from '@naru/base'

export type DiskOperation = 'open' | 'read' | 'write' | 'datasync' | 'truncate' | 'rename' | 'syncDirectory'

export interface DiskFault {
  readonly operation: DiskOperation
  /** The call fails when the path ends so. */
  readonly pathEnd: string
  readonly code: string
  /** For reads: only those that touch this position. */
  readonly position?: number
  /** Lets so many calls through first. */
  readonly after?: number
  /** Goes away after this many failures; stays without it. */
  readonly times?: number
}

interface MemoryFile {
  content: Buffer
}

export class MemoryDisk implements Disk {
  readonly files = new Map<string, MemoryFile>()
  readonly directories = new Set<string>()
  /** Paths in the order in which they were synced. */
  readonly synced: string[] = []
  /** Writes take at most this many bytes. */
  writeBytesMax = Infinity
  bytesRead = 0
  openCount = 0
  openCountMax = 0
  #faults: Array<{ readonly fault: DiskFault; passing: number; left: number }> = []

  fail(fault: DiskFault): void {
    this.#faults.push({ fault, passing: fault.after ?? 0, left: fault.times ?? Infinity })
  }

  heal(): void {
    this.#faults = []
  }

  /** The content of a file, for looking at it and for changing it in place. */
  content(path: string): Buffer {
    const file = this.files.get(path)
    if (file === undefined) throw new DiskError({ code: 'ENOENT', operation: 'content', path })
    return file.content
  }

  setContent(path: string, content: Buffer): void {
    this.files.set(path, { content })
  }

  /** Everything as it is now, for putting back later. */
  snapshot(): ReadonlyMap<string, Buffer> {
    return new Map([...this.files].map(([path, file]) => [path, Buffer.from(file.content)]))
  }

  restore(snapshot: ReadonlyMap<string, Buffer>): void {
    this.files.clear()
    for (const [path, content] of snapshot) this.files.set(path, { content: Buffer.from(content) })
  }

  directMemory(bytes: number): Buffer {
    return Buffer.alloc(bytes)
  }

  async open(path: string, options: OpenOptions): Promise<DiskFile> {
    await this.#call('open', path)
    const known = this.files.get(path)
    if (options.mode === 'create') {
      if (known !== undefined) throw new DiskError({ code: 'EEXIST', operation: 'open', path })
      this.files.set(path, { content: Buffer.alloc(0) })
    }
    const file = this.files.get(path)
    if (file === undefined) throw new DiskError({ code: 'ENOENT', operation: 'open', path })
    this.openCount++
    this.openCountMax = Math.max(this.openCountMax, this.openCount)
    return this.#handle(path, file)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call('rename', from)
    const file = this.files.get(from)
    if (file === undefined) throw new DiskError({ code: 'ENOENT', operation: 'rename', path: from })
    this.files.delete(from)
    this.files.set(to, file)
  }

  async remove(path: string): Promise<void> {
    await turn()
    this.files.delete(path)
  }

  async removeDirectory(path: string): Promise<void> {
    await turn()
    this.directories.delete(path)
  }

  async makeDirectory(path: string): Promise<void> {
    await turn()
    this.directories.add(path)
  }

  async list(path: string): Promise<readonly DirectoryEntry[]> {
    await turn()
    if (!this.directories.has(path)) throw new DiskError({ code: 'ENOENT', operation: 'list', path })
    const names = [...this.files.keys()].filter((file) => file.startsWith(`${path}/`))
    return names.map((name) => ({ name: name.slice(path.length + 1), kind: 'file' as const }))
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#call('syncDirectory', path)
    this.synced.push(path)
  }

  async lock(): Promise<undefined> {
    await turn()
    return undefined
  }

  #handle(path: string, file: MemoryFile): DiskFile {
    return {
      read: async (into, position) => {
        await this.#call('read', path, [position, position + into.byteLength])
        const bytes = position >= file.content.byteLength ? 0 : file.content.copy(into, 0, position)
        this.bytesRead += bytes
        return bytes
      },
      write: async (chunks, position) => {
        await this.#call('write', path)
        const wanted = Math.min(byteCount(chunks), this.writeBytesMax)
        file.content = resized(file.content, Math.max(file.content.byteLength, position + wanted))
        Buffer.concat(chunks).copy(file.content, position, 0, wanted)
        return wanted
      },
      datasync: async () => {
        await this.#call('datasync', path)
        this.synced.push(path)
      },
      truncate: async (bytes) => {
        await this.#call('truncate', path)
        file.content = resized(file.content, bytes)
      },
      size: async () => {
        await turn()
        return file.content.byteLength
      },
      close: async () => {
        await turn()
        this.openCount--
      }
    }
  }

  async #call(operation: DiskOperation, path: string, range?: readonly [number, number]): Promise<void> {
    await turn()
    const hit = this.#faults.find(({ fault, left }) => left > 0 && matches(fault, operation, path, range))
    if (hit === undefined) return
    if (hit.passing-- > 0) return
    hit.left--
    throw new DiskError({ code: hit.fault.code, operation, path })
  }
}

function matches(
  fault: DiskFault,
  operation: DiskOperation,
  path: string,
  range: readonly [number, number] | undefined
): boolean {
  if (fault.operation !== operation || !path.endsWith(fault.pathEnd)) return false
  if (fault.position === undefined || range === undefined) return true
  return fault.position >= range[0] && fault.position < range[1]
}

function resized(content: Buffer, bytes: number): Buffer {
  if (content.byteLength === bytes) return content
  const changed = Buffer.alloc(bytes)
  content.copy(changed)
  return changed
}

/** Lets other work that is ready go first. */
async function turn(): Promise<void> {
  await Promise.resolve()
}
