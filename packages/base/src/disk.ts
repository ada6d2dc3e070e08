/**
 * The disk as an argument: the few calls that the log needs, with the promises that it relies on.
 *
 * What counts as durable is part of the contract, because the simulation takes everything else away in a
 * crash: file data is durable after `datasync` (or when a write to a file opened with `dataSync` resolved),
 * names (create, rename, remove) are durable after `syncDirectory` of the folder they are in.
 */

/** Opens an existing file for reading, an existing one for both, or makes a new one (fails when it exists). */
export type OpenMode = 'read' | 'update' | 'create'

export interface OpenOptions {
  readonly mode: OpenMode
  /** Each write is durable when it resolves, as if followed by `datasync` (O_DSYNC). */
  readonly dataSync?: boolean
  /**
   * Writes go past the page cache (O_DIRECT): each begins at a multiple of `directBlockBytes`, is a multiple of it long
   * and comes from one chunk of `directMemory`. Refused with `ENOTSUP` where that cannot be had. It says nothing about
   * durability.
   */
  readonly direct?: boolean
}

/** What the memory, the position and the length of a direct write are multiples of; enough for all common disks. */
export const directBlockBytes = 4096

/** An open file. Positions and lengths are bytes. Calls on one file may overlap; each is atomic on its own. */
export interface DiskFile {
  /** Reads into the whole of `into`; resolves to the bytes read, fewer at the end of the file, 0 beyond it. */
  read(into: Uint8Array, position: number): Promise<number>
  /** Writes the chunks one after another; resolves to the bytes written, which may be fewer (see `writeFully`). */
  write(chunks: readonly Uint8Array[], position: number): Promise<number>
  /** Makes data (and a changed length) durable. After one failure nothing on this file may be trusted again. */
  datasync(): Promise<void>
  /** Sets the length; bytes beyond the old end read as zero. */
  truncate(bytes: number): Promise<void>
  /** Current length in bytes. */
  size(): Promise<number>
  close(): Promise<void>
}

export interface DirectoryEntry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'other'
}

/** Keeps other processes out of a folder until it is closed or the process ends, however it ends. */
export interface DiskLock {
  release(): Promise<void>
}

export interface Disk {
  open(path: string, options: OpenOptions): Promise<DiskFile>
  /** Memory that direct writes may be made from; taken once and kept, since getting it is slow. */
  directMemory(bytes: number): Buffer
  /** Replaces `to` when it exists. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file; one that is not there is no error. */
  remove(path: string): Promise<void>
  /** Removes an empty folder; one that is not there is no error. */
  removeDirectory(path: string): Promise<void>
  /** Makes a folder and those above it; one that is there is no error. */
  makeDirectory(path: string): Promise<void>
  /** Names in a folder, sorted. Fails with `ENOENT` when it is not there. */
  list(path: string): Promise<readonly DirectoryEntry[]>
  /** Makes the names in a folder durable. */
  syncDirectory(path: string): Promise<void>
  /** Resolves to undefined when another living process holds the lock. */
  lock(path: string): Promise<DiskLock | undefined>
}

/** Writes everything, however short the single writes are. */
export async function writeFully(
  file: DiskFile,
  chunks: readonly Uint8Array[],
  position: number
): Promise<void> {
  let rest = chunks
  let at = position
  for (;;) {
    const wanted = byteCount(rest)
    if (wanted === 0) return
    const written = await file.write(rest, at)
    if (written === wanted) return
    at += written
    rest = dropFront(rest, written)
  }
}

/** Reads until `into` is full or the file ends; resolves to the bytes read. */
export async function readFully(file: DiskFile, into: Uint8Array, position: number): Promise<number> {
  let done = 0
  while (done < into.byteLength) {
    const count = await file.read(done === 0 ? into : into.subarray(done), position + done)
    if (count === 0) break
    done += count
  }
  return done
}

/** Total length of the chunks. */
export function byteCount(chunks: readonly Uint8Array[]): number {
  let total = 0
  for (const chunk of chunks) total += chunk.byteLength
  return total
}

function dropFront(chunks: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let skip = count
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index] as Uint8Array
    if (skip < chunk.byteLength) return [chunk.subarray(skip), ...chunks.slice(index + 1)]
    skip -= chunk.byteLength
  }
  return []
}
