/** What a test that is interrupted must not leave behind: processes, mounts, folders; undone in reverse order. */
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const undoing = new Set<() => void>()
process.on('exit', () => {
  for (const undo of [...undoing].toReversed()) undo()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** Runs `undo` at the end of the process, whatever ends it, unless the function that comes back was called before. */
export function atExit(undo: () => void): () => void {
  undoing.add(undo)
  return () => void undoing.delete(undo)
}

/** A folder that goes when it is disposed of, or with the process. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

export async function temporaryFolder(name: string, parent: string | undefined): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent ?? tmpdir(), `naru-${name}-`))
  const done = atExit(() => rmSync(path, { recursive: true, force: true }))
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
      done()
    }
  }
}
