/**
 * Several lives of a storage on one disk: each but the last ends by a power cut or a kill, at a call that the seed draws
 * or behind its last step.
 */
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import type { StepContext } from './harness.ts'

export interface Life extends StepContext {
  readonly last: boolean
  /** Set when the disk is gone; what goes on in the process then does not count. */
  ended: boolean
}

export interface Lives {
  readonly random: SeededRandom
  readonly diskSeed: number
  readonly count: number
  /** Called when the storage of a life is gone. */
  readonly died: () => void
}

/** Everything about the disk and the ends follows from the seed; what happens in a life draws from `random`, too. */
export async function runLives(
  seed: number,
  { random, diskSeed, count, died }: Lives,
  live: (disk: FaultyDisk, life: Life) => Promise<void>
): Promise<void> {
  const pauses = new SeededRandom(seed + 1)
  const disk = new FaultyDisk({
    seed: diskSeed,
    knowsDataSync: seed % 4 > 0,
    knowsDirect: seed % 3 > 0,
    // Half of the seeds let clients and background work go on in the middle of a call.
    ...(seed % 2 > 0 ? {} : { pause: () => pauseSometimes(pauses) }),
    garbles: (path) => path.endsWith('.journal')
  })
  let clock = new ManualClock()
  for (let number = 1; number <= count; number++) {
    clock = new ManualClock(clock.wallMs() + 1_000)
    const life: Life = { clock, random, last: number === count, ended: false }
    const endAt = disk.calls + 1 + random.below(random.oneIn(3) ? 40 : 600)
    const kind = random.oneIn(3) ? 'kill' : 'crash'
    disk.rule = (call) => (!life.last && call.number === endAt ? { kind } : undefined)
    const crashed = disk.crashed().then(() => void (life.ended = true))
    await Promise.race([crashed, live(disk, life)])
    died()
    if (life.last || life.ended) continue
    life.ended = true
    if (random.oneIn(3)) disk.kill()
    else disk.crash()
  }
}

function pauseSometimes(random: SeededRandom): Promise<void> {
  if (!random.oneIn(3)) return Promise.resolve()
  return new Promise((resolve) => setImmediate(resolve))
}
