/** Files below a folder, and what of them is in the page cache. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runOrThrow } from 'naru-conformance/process'

/** Arguments that one command line takes without question. */
const filesPerCall = 1000

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Of the segments that hold records. */
export async function segmentFiles(folder: string): Promise<string[]> {
  return (await filesBelow(folder)).filter((path) => path.endsWith('.log') && /\/\d{20}\.log$/.test(path))
}

export async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Writes what is dirty on that file system to the disk. */
export async function syncDisk(folder: string): Promise<void> {
  await runOrThrow('sync', ['-f', folder])
}

/** Takes the files out of the page cache; only clean pages leave, hence the sync before. */
export async function dropPages(folder: string): Promise<void> {
  await syncDisk(folder)
  for (const path of await filesBelow(folder))
    await runOrThrow('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none'])
}

/** Reads the files into the page cache, where what wrote them may have gone past it. */
export async function loadPages(files: readonly string[]): Promise<void> {
  for (const path of files) await runOrThrow('dd', [`if=${path}`, 'of=/dev/null', 'bs=1M', 'status=none'])
}

/** The part of the files that is in the page cache, from 0 to 1. */
export async function residentShare(files: readonly string[]): Promise<number> {
  let resident = 0
  let bytes = 0
  for (let at = 0; at < files.length; at += filesPerCall) {
    const some = files.slice(at, at + filesPerCall)
    const { stdout } = await runOrThrow('fincore', [
      '--bytes',
      '--noheadings',
      '--output',
      'RES,SIZE',
      ...some
    ])
    for (const line of stdout.trim().split('\n')) {
      const [part = 0, whole = 0] = line.trim().split(/\s+/).map(Number)
      resident += part
      bytes += whole
    }
  }
  return bytes === 0 ? 0 : resident / bytes
}
