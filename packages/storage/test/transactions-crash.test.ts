/**
 * Power cuts and kills at random calls under transactional producers: committed transactions are there as a whole,
 * others never, late batches stay fenced, and nothing holds readers back once the coordinator has been through.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SeededRandom, type FaultyDisk } from '@naru/simulator'
import { forEachSeed, seedRange, startStorage } from './harness.ts'
import { runLives, type Life } from './lives.ts'
import { TransactionWorld } from './transaction-world.ts'

const livesPerSeed = 6
const stepsPerLife = 60

async function runSeed(seed: number): Promise<number> {
  const random = new SeededRandom(seed)
  const world = new TransactionWorld(random)
  const died = (): void => world.use(undefined)
  const lives = { random, diskSeed: seed * 11 + 1, count: livesPerSeed, died }
  await runLives(seed, lives, (disk, life) => live(world, disk, life))
  return world.committedSeen
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
