/**
 * The names on a simulated disk: which file or folder a path leads to. A change of names is durable when the
 * folder that it happened in was synced; a power cut keeps the first few of the others, in their order.
 */
import { DiskError, type DirectoryEntry } from '@naru/base'
import { DiskImage } from './disk-image.ts'
import type { SeededRandom } from './seeded-random.ts'

type Entry = DiskImage | 'folder'

/** One change of the names in a folder. */
type Change =
  | { readonly kind: 'set'; readonly path: string; readonly entry: Entry }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }

export class Names {
  #seen = new Map<string, Entry>()
  #durable = new Map<string, Entry>()
  /** Changes that were not synced, by folder, in order. */
  #pending = new Map<string, Change[]>()

  /** Copies of all files under their names, all of it durable. */
  clone(): Names {
    const copy = new Names()
    for (const [path, entry] of this.#seen)
      copy.#durable.set(path, entry === 'folder' ? entry : entry.clone())
    copy.#seen = new Map(copy.#durable)
    return copy
  }

  files(): DiskImage[] {
    return [...this.#seen.values()].filter((entry) => entry !== 'folder')
  }

  paths(): string[] {
    return [...this.#seen]
      .filter(([, entry]) => entry !== 'folder')
      .map(([path]) => path)
      .sort()
  }

  file(path: string): DiskImage {
    const entry = this.#seen.get(path)
    if (entry === undefined) throw new DiskError({ code: 'ENOENT', operation: 'open', path })
    if (entry === 'folder') throw new DiskError({ code: 'EISDIR', operation: 'open', path })
    return entry
  }

  create(path: string): DiskImage {
    if (this.#seen.has(path)) throw new DiskError({ code: 'EEXIST', operation: 'open', path })
    this.#needFolder(path)
    const image = new DiskImage()
    this.#change({ kind: 'set', path, entry: image })
    return image
  }

  rename(from: string, to: string): void {
    if (!this.#seen.has(from)) throw new DiskError({ code: 'ENOENT', operation: 'rename', path: from })
    this.#needFolder(to)
    if (from !== to) this.#change({ kind: 'rename', from, to })
  }

  remove(path: string): void {
    if (this.#seen.has(path)) this.#change({ kind: 'remove', path })
  }

  removeFolder(path: string): void {
    if (!this.#seen.has(path)) return
    if (this.list(path).length > 0) throw new DiskError({ code: 'ENOTEMPTY', operation: 'rmdir', path })
    this.#change({ kind: 'remove', path })
  }

  makeFolder(path: string): void {
    const parent = parentOf(path)
    if (parent !== '' && parent !== path && !this.#seen.has(parent)) this.makeFolder(parent)
    if (!this.#seen.has(path)) this.#change({ kind: 'set', path, entry: 'folder' })
  }

  list(path: string): DirectoryEntry[] {
    if (!this.#seen.has(path)) throw new DiskError({ code: 'ENOENT', operation: 'list', path })
    const found: DirectoryEntry[] = []
    for (const [name, entry] of this.#seen) {
      if (parentOf(name) !== path || name === path) continue
      const kind = entry === 'folder' ? 'directory' : 'file'
      found.push({ name: name.slice(path.length + 1), kind })
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Makes the names in a folder durable. */
  sync(folder: string): void {
    for (const change of this.#pending.get(folder) ?? []) apply(this.#durable, change)
    this.#pending.delete(folder)
  }

  crash(random: SeededRandom, garbles: (path: string) => boolean): void {
    for (const changes of this.#pending.values()) {
      const kept = random.below(changes.length + 1)
      for (const change of changes.slice(0, kept)) apply(this.#durable, change)
    }
    this.#pending.clear()
    this.#seen = new Map(this.#durable)
    for (const path of Array.from(this.#seen.keys())) this.#dropOrphan(path)
    for (const [path, entry] of this.#seen) {
      if (entry !== 'folder') entry.crash(random, { garbles: garbles(path) })
    }
  }

  /** What lies in a folder whose own name was lost cannot be reached. */
  #dropOrphan(path: string): void {
    for (let folder = parentOf(path); folder !== '' && folder !== '/'; folder = parentOf(folder)) {
      if (this.#seen.has(folder)) continue
      this.#seen.delete(path)
      this.#durable.delete(path)
      return
    }
  }

  #needFolder(path: string): void {
    const parent = parentOf(path)
    if (parent !== '' && parent !== '/' && this.#seen.get(parent) !== 'folder') {
      throw new DiskError({ code: 'ENOENT', operation: 'create', path })
    }
  }

  #change(change: Change): void {
    apply(this.#seen, change)
    const folder = parentOf(change.kind === 'rename' ? change.to : change.path)
    const changes = this.#pending.get(folder) ?? []
    changes.push(change)
    this.#pending.set(folder, changes)
  }
}

function apply(names: Map<string, Entry>, change: Change): void {
  if (change.kind === 'set') names.set(change.path, change.entry)
  else if (change.kind === 'remove') names.delete(change.path)
  else renameIn(names, change.from, change.to)
}

/** A folder takes what is in it along. */
function renameIn(names: Map<string, Entry>, from: string, to: string): void {
  const entry = names.get(from)
  if (entry === undefined) return
  names.delete(from)
  names.set(to, entry)
  if (entry !== 'folder') return
  for (const [path, inside] of Array.from(names)) {
    if (!path.startsWith(`${from}/`)) continue
    names.delete(path)
    names.set(to + path.slice(from.length), inside)
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  if (slash < 0) return ''
  return slash === 0 ? '/' : path.slice(0, slash)
}
