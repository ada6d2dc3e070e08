/** The broker that a measurement talks to: one that runs, or one of its own that goes away with it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Supervisor, nodeProcess } from '@naru/dev'

export interface BenchBroker extends AsyncDisposable {
  readonly bootstrap: string
}

/** The broker at `bootstrap`, or without one a process of `naru serve` with synced writes in a temporary folder. */
export async function openBroker(bootstrap: string | undefined): Promise<BenchBroker> {
  if (bootstrap !== undefined) return { bootstrap, [Symbol.asyncDispose]: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'naru-bench-'))
  const supervisor = new Supervisor()
  const close = async (): Promise<void> => {
    await supervisor.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const command = join(import.meta.dirname, '../../../cli/bin/naru.js')
    const args = ['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'broker'), '--output', 'json']
    const { port } = await supervisor.start(nodeProcess('broker', command, { args, stage: 0 }))
    return { bootstrap: `127.0.0.1:${String(port)}`, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}
