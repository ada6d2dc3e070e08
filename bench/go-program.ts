/** Builds a Go program of this folder once; the binary stays in the cache until a source changes. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from 'naru-conformance/cache'
import { fingerprint, runOrThrow } from 'naru-conformance/process'

export async function goProgram(name: 'load' | 'kfake'): Promise<string> {
  const folder = join(import.meta.dirname, name)
  const sources = (await readdir(folder)).toSorted().map((file) => join(folder, file))
  const built = await cached(`bench-${name}-${await fingerprint(sources)}`, async (target) => {
    await runOrThrow('go', ['build', '-trimpath', '-o', join(target, name), '.'], { cwd: folder })
  })
  return join(built, name)
}
