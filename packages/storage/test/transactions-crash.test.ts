/**
 * Power cuts and kills at random calls under transactional producers: committed transactions are there as a whole,
 * others never, late batches stay fenced, and nothing holds readers back once the coordinator has been through.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import { forEachSeed, seedRange, startStorage } from './harness.ts'
import { TransactionWorld } from './transaction-world.ts'

const livesPerSeed = 6
const stepsPerLife = 60

interface Life {
  readonly clock: ManualClock
  readonly random: SeededRandom
  readonly last: boolean
  ended: boolean
}

async function runSeed(seed: number): Promise<number> {
  const random = new SeededRandom(seed)
  const pauses = new SeededRandom(seed + 1)
  const disk = new FaultyDisk({
    seed: seed * 11 + 1,
    knowsDataSync: seed % 4 > 0,
    knowsDirect: seed % 3 > 0,
    ...(seed % 2 > 0 ? {} : { pause: () => pauseSometimes(pauses) }),
    garbles: (path) => path.endsWith('.journal')
  })
  const world = new TransactionWorld(random)
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
  return world.committedSeen
}

function pauseSometimes(random: SeededRandom): Promise<void> {
  if (!random.oneIn(3)) return Promise.resolve()
  return new Promise((resolve) => setImmediate(resolve))
}

async function live(world: TransactionWorld, disk: FaultyDisk, life: Life): Promise<void> {
  const storage = await startStorage(disk, life.clock)
  if (life.ended) return
  assert.deepEqual(storage.recovery.damage, [])
  world.use(storage)
  await world.createTopic(storage)
  await world.verify(storage)
  await world.recover(storage)
  await world.verify(storage)
  for (let count = 0; count < stepsPerLife; count++) {
    const { clock, random } = life
    if (random.oneIn(6)) await clock.advance(random.below(1_500))
    if (life.ended) return
    await Promise.all(Array.from({ length: 1 + random.below(4) }, () => world.step(storage)))
    if (life.ended) return
  }
  await world.verify(storage)
  if (life.last || life.random.oneIn(4)) await storage.close()
}

const range = seedRange(12)
it(`tears no transaction over power cuts and kills at any call (seeds ${range.join(' to ')})`, async () => {
  await forEachSeed(range, async (seed) => {
    assert.ok((await runSeed(seed)) > 0, 'nothing was ever committed')
  })
})
