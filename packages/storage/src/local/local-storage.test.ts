import { FaultyDisk } from '@naru/simulator'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { DEFAULT_LOG_CONFIG } from '../ports/index.ts'
import type { OpenSuiteEngine } from '../suite/engine.ts'
import { storageSuite } from '../suite/index.ts'
import { openLocalStorage } from './local-storage.ts'

for (const durability of ['fsync', 'os'] as const) {
  const open: OpenSuiteEngine = async (options) => {
    const clock = new ManualClock()
    const disk = new FaultyDisk({ seed: 1 })
    const start = () =>
      openLocalStorage({
        disk: disk.mount(),
        clock,
        timers: clock,
        random: nodeRandom,
        directory: '/data',
        durability,
        logConfig: () => ({ ...DEFAULT_LOG_CONFIG, ...options.logConfig }),
        limits: { journalFileBytes: 1024 * 1024, ...options.limits }
      })
    const engine = {
      storage: await start(),
      clock,
      async reopen() {
        await engine.storage.close()
        engine.storage = await start()
      },
      dispose: () => engine.storage.close()
    }
    return engine
  }
  storageSuite(`local, ${durability}`, open, { outlivesProcess: true })
}
