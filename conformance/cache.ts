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

/**
 * Gives the folder `name` of the cache, filled by `fill` the first time. The folder appears by a rename when
 * it is complete, so that an interrupted download is never taken for a whole one, and of two processes that
 * fill it at once the second one's work is dropped.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
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
