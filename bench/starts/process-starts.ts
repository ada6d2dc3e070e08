// Starts of a broker as a process: from spawning it to its first ApiVersions reply, with the CPU time that it had
// used by then, which a busy machine blurs less. The readiness check asks every 2 ms, so that a figure may be that
// much too high, never too low.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBroker } from 'naru-conformance/start'
import { cpuSecondsOf, memoryOf } from '../measure/process-figures.ts'

export interface ProcessStarts {
  readonly startMs: readonly number[]
  readonly cpuMs: readonly number[]
  /** Resident memory of the last one, some seconds after its start, with nobody connected. */
  readonly idleRssMb: number
}

export interface StartsOptions {
  readonly count: number
  /** Each start compiles everything anew; otherwise the cache of the starts before is used. */
  readonly cold?: boolean
}

const idleMs = 5_000

/** Starts one broker `count` times on the same folder. The first start, which fills caches, is not counted. */
export async function measureStarts(peer: string, options: StartsOptions): Promise<ProcessStarts> {
  const cache = await mkdtemp(join(tmpdir(), 'naru-compile-cache-'))
  const before = process.env['NODE_COMPILE_CACHE']
  process.env['NODE_COMPILE_CACHE'] = cache
  try {
    await using broker = await startBroker(peer)
    const startMs: number[] = []
    const cpuMs: number[] = []
    for (let index = 0; index < options.count; index++) {
      await broker.stop()
      if (options.cold === true) await rm(cache, { recursive: true, force: true })
      await broker.restart()
      startMs.push(broker.startMs)
      cpuMs.push((await cpuSecondsOf(broker.pid)) * 1000)
    }
    await sleep(idleMs)
    const { residentMb } = await memoryOf(broker.pid)
    return { startMs, cpuMs, idleRssMb: residentMb }
  } finally {
    if (before === undefined) delete process.env['NODE_COMPILE_CACHE']
    else process.env['NODE_COMPILE_CACHE'] = before
    await rm(cache, { recursive: true, force: true })
  }
}
