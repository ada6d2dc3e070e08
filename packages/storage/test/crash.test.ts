/**
 * Power cuts and kills at random calls, in recovery too: every acknowledged record is there, once, in its place,
 * and nothing is there that was refused or never sent.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import { forEachSeed, randomStep, seedRange, startStorage, type StepContext } from './harness.ts'
import { World } from './world.ts'

const livesPerSeed = 7
const stepsPerLife = 60

interface Life extends StepContext {
  readonly last: boolean
  ended: boolean
}

async function runSeed(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const pauses = new SeededRandom(seed + 1)
  const disk = new FaultyDisk({
    seed: seed * 7 + 1,
    knowsDataSync: seed % 4 > 0,
    knowsDirect: seed % 3 > 0,
    // Half of the seeds let clients and background work go on in the middle of a call.
    ...(seed % 2 > 0 ? {} : { pause: () => pauseSometimes(pauses) }),
    garbles: (path) => path.endsWith('.journal')
  })
  const world = new World(random)
  let clock = new ManualClock()
  for (let count = 1; count <= livesPerSeed; count++) {
    clock = new ManualClock(clock.wallMs() + 1_000)
    const life: Life = { clock, random, last: count === livesPerSeed, ended: false }
    const endAt = disk.calls + 1 + random.below(random.oneIn(3) ? 40 : 600)
    const kind = random.oneIn(3) ? 'kill' : 'crash'
    disk.rule = ({ number }) => (!life.last && number === endAt ? { kind } : undefined)
    const crashed = disk.crashed().then(() => void (life.ended = true))
    await Promise.race([crashed, live(world, disk, life)])
    world.use(undefined)
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

async function live(world: World, disk: FaultyDisk, life: Life): Promise<void> {
  const storage = await startStorage(disk, life.clock)
  if (life.ended) return
  assert.deepEqual(storage.recovery.damage, [])
  world.use(storage)
  await world.verify(storage)
  for (let count = 0; count < stepsPerLife; count++) {
    await randomStep(world, storage, life)
    if (life.ended) return
  }
  await world.verify(storage)
  if (life.last || life.random.oneIn(4)) await storage.close()
}

const range = seedRange(16)
it(`loses nothing over power cuts and kills at any call (seeds ${range.join(' to ')})`, async () => {
  await forEachSeed(range, runSeed)
})
