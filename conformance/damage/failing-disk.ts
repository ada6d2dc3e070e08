/** A real disk with the trouble that a failpoint needs to be reached at all: no O_DSYNC, or no room now and then. */
import { DiskError, type Disk, type DiskFile, type OpenOptions } from '@naru/base'
import { nodeDisk } from '@naru/base/node'

/** Every so many writes to the journal one finds no room, with half of it written. */
const roomlessEvery = 25

export function diskFor(failpoint: string): Disk {
  if (failpoint.startsWith('journal-sync')) return { ...methodsOf(nodeDisk), open: openWithoutDataSync }
  if (failpoint.startsWith('journal-void')) return { ...methodsOf(nodeDisk), open: openRoomless }
  return nodeDisk
}

function methodsOf(disk: Disk): Disk {
  return {
    open: (path, options) => disk.open(path, options),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    removeDirectory: (path) => disk.removeDirectory(path),
    makeDirectory: (path) => disk.makeDirectory(path),
    list: (path) => disk.list(path),
    syncDirectory: (path) => disk.syncDirectory(path),
    lock: (path) => disk.lock(path),
    directMemory: (bytes) => disk.directMemory(bytes)
  }
}

function openWithoutDataSync(path: string, options: OpenOptions): Promise<DiskFile> {
  if (options.dataSync === true) throw new DiskError({ code: 'ENOTSUP', operation: 'open', path })
  return nodeDisk.open(path, options)
}

async function openRoomless(path: string, options: OpenOptions): Promise<DiskFile> {
  const file = await nodeDisk.open(path, options)
  if (!path.endsWith('.journal') || options.mode === 'read') return file
  let writes = 0
  const write = async (chunks: readonly Uint8Array[], position: number): Promise<number> => {
    if (++writes % roomlessEvery === 0) throw new DiskError({ code: 'ENOSPC', operation: 'write', path })
    if (writes % roomlessEvery !== roomlessEvery - 1) return file.write(chunks, position)
    const [first = Buffer.alloc(0)] = chunks
    return file.write([first.subarray(0, Math.max(1, first.byteLength >> 1))], position)
  }
  return {
    read: (into, position) => file.read(into, position),
    write,
    datasync: () => file.datasync(),
    truncate: (bytes) => file.truncate(bytes),
    size: () => file.size(),
    close: () => file.close()
  }
}
