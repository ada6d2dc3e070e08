// The one folder where the conformance suites keep what they fetch and build: jars, binaries, templates.
// It is outside version control; deleting it only costs the time to fill it again.

import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const repositoryRoot: string = resolve(import.meta.dirname, '..')

/** The cache folder: `$NARU_CACHE`, or `.cache` in the repository. */
export const cacheRoot: string = resolve(process.env['NARU_CACHE'] ?? join(repositoryRoot, '.cache'))

export { repositoryRoot }

const exists = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined
}

/** What this process is filling right now: whoever asks for the same folder waits for the same work. */
const filling = new Map<string, Promise<string>>()

/**
 * Gives the folder `name` of the cache, filled by `fill` the first time. The folder appears by a rename when
 * it is complete, so that an interrupted download is never taken for a whole one, and of two processes that
 * fill it at once the second one's work is dropped.
 */
export function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const running = filling.get(name)
  if (running !== undefined) return running
  const begun = fillOnce(name, fill)
  filling.set(name, begun)
  return begun
}

async function fillOnce(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot, name)
  if (await exists(folder)) return folder
  const partial = `${folder}.partial-${process.pid}`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await fill(partial)
  try {
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (!(await exists(folder))) throw error
  }
  return folder
}
