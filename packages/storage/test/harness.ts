/** Starts a small storage on a simulated disk, and the random steps that tests take with it. */
import type { Logger } from '@naru/base'
import { nodeRandom, type ManualClock } from '@naru/base/node'
import type { FaultyDisk, SeededRandom } from '@naru/simulator'
import {
  DEFAULT_LOG_CONFIG,
  openLocalStorage,
  type Failpoint,
  type LocalStorageOptions,
  type Storage,
  type StorageLimits
} from '../src/index.ts'
import type { World } from './world.ts'

/** Everything is small, so that files are rolled, recycled and checkpointed after a few steps. */
export const limits = {
  tailBytesMax: 200_000,
  recentBytesMax: 30_000,
  journalFileBytes: 96 * 1024,
  journalBytesMax: 1_000_000,
  checkpointAfterBytes: 200_000,
  checkpointAfterMs: 3_000,
  tailWriteOutBytes: 4_000,
  directBytesMin: 4_096,
  waitingEntryBytesMax: 24,
  tailQuietMs: 1_500,
  tailAgeMs: 1_000
} satisfies Partial<StorageLimits>

/** Set `NARU_TRACE` to see what a failing seed found at each start. */
const tracer: Logger = {
  log: (level, event, fields) => console.error(level, event, JSON.stringify(fields))
}

/** On the disk as a start after the last one finds it; small files, unless `more` says otherwise. */
export function openOn(
  disk: FaultyDisk,
  clock: ManualClock,
  more: Partial<LocalStorageOptions> = {}
): Promise<Storage> {
  return openLocalStorage({
    disk: disk.mount(),
    clock,
    timers: clock,
    random: nodeRandom,
    directory: '/data',
    durability: 'fsync',
    logConfig: () => DEFAULT_LOG_CONFIG,
    limits,
    ...more
  })
}

/** Traces starts when that is asked for. */
export const traced: { readonly logger?: Logger } =
  process.env['NARU_TRACE'] === undefined ? {} : { logger: tracer }

export function startStorage(
  disk: FaultyDisk,
  clock: ManualClock,
  failpoint?: Failpoint,
  more: Partial<StorageLimits> = {}
): Promise<Storage> {
  return openOn(disk, clock, {
    ...traced,
    logConfig: () => ({ ...DEFAULT_LOG_CONFIG, segmentBytes: 30_000, fileDeleteDelayMs: 1_000 }),
    limits: { ...limits, ...more },
    failpoint
  })
}

export interface StepContext {
  readonly clock: ManualClock
  readonly random: SeededRandom
}

/** One thing that clients do, or a while in which nothing happens but background work. */
export async function randomStep(world: World, storage: Storage, context: StepContext): Promise<void> {
  const { clock, random } = context
  const dice = random.below(100)
  if (dice < 4) return world.createTopic(storage)
  if (dice < 6) return world.removeTopic(storage)
  if (dice < 10) return world.deleteRecords(storage)
  if (dice < 25) return clock.advance(random.below(1_500))
  const appends = Array.from({ length: 1 + random.below(4) }, () => world.append(storage))
  await Promise.all(appends)
}

/** `NARU_SEEDS=from-to` repeats or extends a run. */
export function seedRange(count: number): readonly [number, number] {
  const [from = 1, to = from] = (process.env['NARU_SEEDS'] ?? `1-${count}`).split('-').map(Number)
  return [from, to]
}

export async function forEachSeed(
  [from, to]: readonly [number, number],
  run: (seed: number) => Promise<void>
): Promise<void> {
  for (let seed = from; seed <= to; seed++) {
    try {
      await run(seed)
    } catch (error) {
      throw new Error(`seed ${seed} failed; repeat it with NARU_SEEDS=${seed}-${seed}`, { cause: error })
    }
  }
}
