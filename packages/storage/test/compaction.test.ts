/**
 * Compaction at random moments under writers and readers, with power cuts and kills at random calls and at each
 * of its failpoints, on a simulated disk.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import { FAILPOINTS, type Failpoint, type FailpointName, type LogConfig, type Storage } from '../src/index.ts'
import { deleteRetentionMs, startCompacted } from './compaction-harness.ts'
import { KeyedWorld } from './compaction-world.ts'
import { forEachSeed, seedRange } from './harness.ts'

const livesPerSeed = 6
const stepsPerLife = 40

interface Run {
  readonly seed: number
  readonly random: SeededRandom
  readonly disk: FaultyDisk
  readonly world: KeyedWorld
  /** By `compact,delete`: the log start moves, too. */
  readonly trims: boolean
  dropped: number
}

function newRun(seed: number, trims = false): Run {
  const random = new SeededRandom(seed)
  const keys = 3 + random.below(60)
  return {
    seed,
    random,
    disk: new FaultyDisk({ seed: seed * 5 + 1, garbles: (path) => path.endsWith('.journal') }),
    world: new KeyedWorld(random, { keys, deleteRetentionMs }),
    trims,
    dropped: 0
  }
}

/** One life of the process; ends early when `isOver` says that the disk has gone. */
async function live(
  run: Run,
  clock: ManualClock,
  isOver: () => boolean,
  failpoint?: Failpoint
): Promise<void> {
  const { world, random, disk, seed, trims } = run
  const config = trims ? compactAndDelete : {}
  const storage = await startCompacted({ disk, clock, random, smallMap: seed % 3 === 0, config, failpoint })
  if (isOver()) return
  assert.deepEqual(storage.recovery.damage, [])
  await world.create(storage)
  if (isOver()) return
  await world.newLife(storage)
  for (let step = 0; step < stepsPerLife && !isOver(); step++) await oneStep(run, storage, clock)
  if (isOver()) return
  await world.verify(storage, clock)
  assert.equal(storage.stats().scrubDamage, 0, 'the scrub took for damage what compaction has done')
  run.dropped = Math.max(run.dropped, world.dropped)
  // What runs off the loop ends in its time.
  if (random.oneIn(3)) await Promise.all([storage.close(), clock.advance(1_000)])
}

async function oneStep({ world, random, trims }: Run, storage: Storage, clock: ManualClock): Promise<void> {
  if (trims && random.oneIn(6)) await world.deleteRecords(storage)
  const dice = random.below(10)
  if (dice < 5) {
    for (let count = 1 + random.below(12); count > 0; count--) await world.append(storage, clock)
  } else if (dice < 6) {
    await world.verify(storage, clock)
  } else if (dice < 8) {
    // A reader that is on its way while segments are exchanged.
    const reading = world.verify(storage, undefined)
    await Promise.all([reading, clock.advance(random.below(2_000))])
  } else {
    await clock.advance(random.below(random.oneIn(4) ? 15_000 : 3_000))
  }
}

/** Retention itself takes nothing, so that nothing goes under a reader's feet. */
const compactAndDelete: Partial<LogConfig> = {
  cleanupPolicy: { delete: true, compact: true },
  retentionMs: -1,
  retentionBytes: -1
}

/** Checkpoints take their time between their lines and what follows them: compaction goes on meanwhile. */
function slowCheckpoints(clock: ManualClock, random: SeededRandom): Failpoint {
  return (name) => {
    if (name !== 'checkpoint-renamed' || random.oneIn(3)) return undefined
    return new Promise((resolve) => void clock.after(random.below(900), resolve))
  }
}

async function runSeed(seed: number, trims = false): Promise<Run> {
  const run = newRun(seed, trims)
  const { random, disk } = run
  let clock = new ManualClock()
  for (let count = 1; count <= livesPerSeed; count++) {
    clock = new ManualClock(clock.wallMs() + 1_000)
    const isLast = count === livesPerSeed
    let over = false
    const endAt = disk.calls + 1 + random.below(random.oneIn(3) ? 60 : 900)
    const kind = random.oneIn(3) ? 'kill' : 'crash'
    disk.rule = ({ number }) => (!isLast && number === endAt ? { kind } : undefined)
    const crashed = disk.crashed().then(() => void (over = true))
    const failpoint = trims ? slowCheckpoints(clock, random) : undefined
    await Promise.race([crashed, live(run, clock, () => over, failpoint)])
    if (isLast || over) continue
    over = true
    if (random.oneIn(3)) disk.kill()
    else disk.crash()
  }
  return run
}

const range = seedRange(3)
it(`keeps the last value of each key over power cuts and kills (seeds ${range.join(' to ')})`, async () => {
  let dropped = 0
  await forEachSeed(range, async (seed) => {
    dropped += (await runSeed(seed)).dropped
  })
  assert.ok(dropped > 100, `only ${dropped} records were compacted away: the run proves nothing`)
})

it(`brings nothing back when the log start moves, too (seeds ${range.join(' to ')})`, async () => {
  let dropped = 0
  await forEachSeed(range, async (seed) => {
    dropped += (await runSeed(seed, true)).dropped
  })
  assert.ok(dropped > 50, `only ${dropped} records were compacted away: the run proves nothing`)
})

/** Whether the failpoint was reached. */
async function stopAt(name: FailpointName, visit: number, how: 'kill' | 'crash'): Promise<boolean> {
  const run = newRun(FAILPOINTS.indexOf(name) * 100 + visit)
  const { disk } = run
  let clock = new ManualClock()
  let visits = 0
  let reached = false
  const failpoint = (at: FailpointName): void | Promise<void> => {
    if (at !== name || reached || ++visits !== visit) return
    reached = true
    disk[how]()
    return new Promise<never>(() => undefined)
  }
  for (let count = 0; count < 4; count++) {
    clock = new ManualClock(clock.wallMs() + 1_000)
    let over = false
    const crashed = disk.crashed().then(() => void (over = true))
    await Promise.race([crashed, live(run, clock, () => over, failpoint)])
    over = true
    disk.kill()
  }
  return reached
}

/** `NARU_VISITS` tries more visits of each. */
const visitsMax = Number(process.env['NARU_VISITS'] ?? '1')

for (const name of FAILPOINTS.filter((one) => one.startsWith('compaction-'))) {
  it(`loses no value when it stops at ${name}`, async () => {
    let reached = 0
    for (let visit = 1; visit <= visitsMax; visit++) {
      for (const how of ['kill', 'crash'] as const) if (await stopAt(name, visit, how)) reached++
    }
    assert.ok(reached > 0, 'the failpoint was never reached')
  })
}
