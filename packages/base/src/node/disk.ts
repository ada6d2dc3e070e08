/** The real disk. Callback calls on descriptors: promises of `node:fs/promises` cost twice as much per write. */
import type { Dirent, Stats } from 'node:fs'
import type { Server } from 'node:net'
import { dirname, relative, resolve } from 'node:path'
import type { DirectoryEntry, Disk, DiskFile, DiskLock, OpenOptions } from '../disk.ts'
import { DiskError, errorCode } from '../errors.ts'
import { pageAlignedMemory } from './page-aligned-memory.ts'

// An import statement would read each name of these modules, and some of them load others: 4 ms for that of `node:fs`.
const fs = process.getBuiltinModule('node:fs')
const { createConnection, createServer } = process.getBuiltinModule('node:net')

/** The kernel takes at most this many chunks in one vectored write. */
const IOV_MAX = 1024

type Settle<T> = (error: NodeJS.ErrnoException | null, value: T) => void

function call<T>(operation: string, path: string, start: (settle: Settle<T>) => void): Promise<T> {
  return new Promise((resolve_, reject) => {
    start((error, value) => {
      if (error === null || error === undefined) resolve_(value)
      else reject(new DiskError({ code: error.code ?? 'EIO', operation, path, cause: error }))
    })
  })
}

class NodeFile implements DiskFile {
  readonly #fd: number
  readonly #path: string

  constructor(fd: number, path: string) {
    this.#fd = fd
    this.#path = path
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return call('read', this.#path, (settle) => fs.read(this.#fd, into, 0, into.byteLength, position, settle))
  }

  write(chunks: readonly Uint8Array[], position: number): Promise<number> {
    const [first] = chunks
    if (first === undefined) return Promise.resolve(0)
    if (chunks.length === 1) {
      return call('write', this.#path, (settle) =>
        fs.write(this.#fd, first, 0, first.byteLength, position, settle)
      )
    }
    const taken = chunks.length > IOV_MAX ? chunks.slice(0, IOV_MAX) : [...chunks]
    return call('write', this.#path, (settle) => fs.writev(this.#fd, taken, position, settle))
  }

  datasync(): Promise<void> {
    return call('fdatasync', this.#path, (settle) =>
      fs.fdatasync(this.#fd, (error) => settle(error, undefined))
    )
  }

  truncate(bytes: number): Promise<void> {
    return call('truncate', this.#path, (settle) =>
      fs.ftruncate(this.#fd, bytes, (error) => settle(error, undefined))
    )
  }

  async size(): Promise<number> {
    const stat = await call<Stats>('stat', this.#path, (settle) => fs.fstat(this.#fd, settle))
    return stat.size
  }

  close(): Promise<void> {
    return call('close', this.#path, (settle) =>
      fs.close(this.#fd, (error) => settle(error ?? null, undefined))
    )
  }
}

function openFlags(options: OpenOptions): number {
  const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_DSYNC, O_DIRECT } = fs.constants
  // Windows and macOS know no O_DSYNC flag in Node; there `dataSync` is refused rather than silently dropped.
  if (options.dataSync === true && O_DSYNC === undefined) {
    throw new DiskError({ code: 'ENOTSUP', operation: 'open with O_DSYNC', path: '' })
  }
  if (options.direct === true && O_DIRECT === undefined) {
    throw new DiskError({ code: 'ENOTSUP', operation: 'open with O_DIRECT', path: '' })
  }
  const how = (options.dataSync === true ? O_DSYNC : 0) | (options.direct === true ? O_DIRECT : 0)
  switch (options.mode) {
    case 'read':
      return O_RDONLY
    case 'update':
      return O_RDWR | how
    case 'create':
      return O_RDWR | O_CREAT | O_EXCL | how
  }
}

/** A file system that knows no direct writes (older tmpfs, some network ones) calls the flag an invalid argument. */
async function orNotSupported(opening: Promise<number>): Promise<number> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof DiskError) || error.code !== 'EINVAL') throw error
    const { operation, path } = error
    throw new DiskError({ code: 'ENOTSUP', operation, path, cause: error })
  }
}

function entryOf(entry: Dirent): DirectoryEntry {
  return { name: entry.name, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other' }
}

async function ignoring(code: string, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (errorCode(error) !== code) throw error
  }
}

export const nodeDisk: Disk = {
  async open(path, options) {
    const flags = openFlags(options)
    const opening = call<number>('open', path, (settle) => fs.open(path, flags, 0o640, settle))
    return new NodeFile(await (options.direct === true ? orNotSupported(opening) : opening), path)
  },
  directMemory: pageAlignedMemory,
  rename: (from, to) =>
    call('rename', from, (settle) => fs.rename(from, to, (error) => settle(error, undefined))),
  remove: (path) =>
    ignoring(
      'ENOENT',
      call('remove', path, (settle) => fs.unlink(path, (error) => settle(error, undefined)))
    ),
  removeDirectory: (path) =>
    ignoring(
      'ENOENT',
      call('rmdir', path, (settle) => fs.rmdir(path, (error) => settle(error, undefined)))
    ),
  makeDirectory,
  async list(path) {
    const entries = await call<Dirent[]>('list', path, (settle) =>
      fs.readdir(path, { withFileTypes: true }, settle)
    )
    return entries.map(entryOf).sort((a, b) => (a.name < b.name ? -1 : 1))
  },
  async syncDirectory(path) {
    const fd = await call<number>('open', path, (settle) => fs.open(path, fs.constants.O_RDONLY, settle))
    try {
      await call('fsync', path, (settle) => fs.fsync(fd, (error) => settle(error, undefined)))
    } finally {
      fs.closeSync(fd)
    }
  },
  lock: (path) => lockBySocket(path)
}

/**
 * Makes the folder and those above it. Node's own recursive mkdir never ends where a folder exists and takes no new
 * ones (below /proc, for example): it makes the parent again for ever.
 */
async function makeDirectory(path: string): Promise<void> {
  try {
    await makeOneDirectory(path)
  } catch (error) {
    const parent = dirname(path)
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error
    await makeDirectory(parent)
    await makeOneDirectory(path)
  }
}

function makeOneDirectory(path: string): Promise<void> {
  const made = call<void>('mkdir', path, (settle) =>
    fs.mkdir(path, { mode: 0o750 }, (error) => settle(error, undefined))
  )
  return ignoring('EEXIST', made)
}

/**
 * A listening Unix socket is the lock: the kernel drops it with the process, process ids lie across
 * containers, and Node has no flock. A refused connect means that the holder is gone.
 */
async function lockBySocket(path: string): Promise<DiskLock | undefined> {
  const turn = await takeTurn(path)
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const server = await tryListen(socketPath(path))
      if (server !== undefined) return { release: () => closeServer(server) }
      if (await isAnswered(socketPath(path))) return undefined
      await nodeDisk.remove(path)
    }
    return undefined
  } finally {
    if (turn !== undefined) await closeServer(turn)
  }
}

/** Whoever looks at a lock has done so long before. */
const turnTries = 400
const turnTryMs = 5

/**
 * Of two that find the socket of a dead holder, one would remove what the other one has made meanwhile, and both would hold
 * the lock. So they take turns, by a name that Linux keeps in memory and drops with the process. Who cannot get one, on
 * another system or because somebody sits on the name, does without.
 */
async function takeTurn(path: string): Promise<Server | undefined> {
  if (process.platform !== 'linux') return undefined
  const folder = await call<Stats>('stat', path, (settle) => fs.stat(dirname(path), settle))
  for (let tries = 0; tries < turnTries; tries++) {
    const turn = await tryListen(`\0naru-lock-${folder.dev}-${folder.ino}`).catch(() => undefined)
    if (turn !== undefined) return turn
    await new Promise((resolve_) => setTimeout(resolve_, turnTryMs))
  }
  return undefined
}

/** The address of a Unix socket holds 107 bytes, so that the shorter of the two spellings is taken. */
function socketPath(path: string): string {
  const absolute = resolve(path)
  const fromHere = relative(process.cwd(), absolute)
  return Buffer.byteLength(fromHere) < Buffer.byteLength(absolute) ? fromHere : absolute
}

function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve_, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve_(undefined)
      else reject(new DiskError({ code: error.code ?? 'EIO', operation: 'lock', path, cause: error }))
    })
    server.listen(path, () => {
      server.unref()
      resolve_(server)
    })
  })
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve_) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve_(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve_(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve_) => server.close(() => resolve_()))
}
