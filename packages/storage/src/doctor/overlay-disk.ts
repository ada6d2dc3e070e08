/**
 * A disk over another one that is only read: whatever is changed stays in memory. The recovery of the engine can so be
 * tried on a data folder without touching it. Only the lock is taken for real.
 */
import {
  DiskError,
  errorCode,
  type DirectoryEntry,
  type Disk,
  type DiskFile,
  type OpenOptions
} from '@naru/base'
import { overlayBytesMax } from './limits.ts'
import { OverlayFile } from './overlay-file.ts'

type Entry = OverlayFile | 'folder'

export class OverlayDisk implements Disk {
  readonly #below: Disk
  readonly #names: Map<string, Entry>
  readonly #memory: { bytes: number; readonly bytesMax: number } = { bytes: 0, bytesMax: overlayBytesMax }

  private constructor(below: Disk, names: Map<string, Entry>) {
    this.#below = below
    this.#names = names
  }

  /** Knows of what lies in a folder now; all paths have to begin with it. */
  static async over(below: Disk, directory: string): Promise<OverlayDisk> {
    const names = new Map<string, Entry>([[directory, 'folder']])
    const overlay = new OverlayDisk(below, names)
    const folders = [directory]
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const { name, kind } of await below.list(folder)) {
        const path = `${folder}/${name}`
        if (kind === 'directory') {
          names.set(path, 'folder')
          folders.push(path)
        } else if (kind === 'file') {
          names.set(path, new OverlayFile({ disk: below, path }, overlay.#memory))
        }
      }
    }
    return overlay
  }

  /** Bytes of a file as the folder has them; undefined when it is not there. */
  file(path: string): OverlayFile | undefined {
    const entry = this.#names.get(path)
    return entry === 'folder' ? undefined : entry
  }

  /** Paths of all files, sorted. */
  paths(): string[] {
    return [...this.#names]
      .filter(([, entry]) => entry !== 'folder')
      .map(([path]) => path)
      .sort()
  }

  directMemory(bytes: number): Buffer {
    return this.#below.directMemory(bytes)
  }

  async open(path: string, { mode }: OpenOptions): Promise<DiskFile> {
    const entry = this.#names.get(path)
    if (entry === 'folder') throw new DiskError({ code: 'EISDIR', operation: 'open', path })
    if (mode !== 'create') {
      if (entry === undefined) throw new DiskError({ code: 'ENOENT', operation: 'open', path })
      return entry.open()
    }
    if (entry !== undefined) throw new DiskError({ code: 'EEXIST', operation: 'open', path })
    const made = new OverlayFile(undefined, this.#memory)
    this.#names.set(path, made)
    return made.open()
  }

  async rename(from: string, to: string): Promise<void> {
    const entry = this.#names.get(from)
    if (entry === undefined) throw new DiskError({ code: 'ENOENT', operation: 'rename', path: from })
    this.#names.delete(from)
    this.#names.set(to, entry)
    if (entry !== 'folder') return
    for (const [path, inside] of Array.from(this.#names)) {
      if (!path.startsWith(`${from}/`)) continue
      this.#names.delete(path)
      this.#names.set(to + path.slice(from.length), inside)
    }
  }

  async remove(path: string): Promise<void> {
    this.#names.delete(path)
  }

  async removeDirectory(path: string): Promise<void> {
    this.#names.delete(path)
  }

  async makeDirectory(path: string): Promise<void> {
    if (!this.#names.has(path)) this.#names.set(path, 'folder')
  }

  async list(path: string): Promise<readonly DirectoryEntry[]> {
    if (this.#names.get(path) !== 'folder') throw new DiskError({ code: 'ENOENT', operation: 'list', path })
    const found: DirectoryEntry[] = []
    for (const [name, entry] of this.#names) {
      if (!name.startsWith(`${path}/`) || name.includes('/', path.length + 1)) continue
      found.push({ name: name.slice(path.length + 1), kind: entry === 'folder' ? 'directory' : 'file' })
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  async syncDirectory(): Promise<void> {
    // Nothing here outlives the process.
  }

  /**
   * A disk with errors is often mounted again to be read only. Nobody takes a lock there, and whoever had it before would have
   * answered.
   */
  async lock(path: string): ReturnType<Disk['lock']> {
    try {
      return await this.#below.lock(path)
    } catch (error) {
      if (errorCode(error) !== 'EROFS') throw error
      return { release: () => Promise.resolve() }
    }
  }
}
