/**
 * Power cuts and kills at random calls, in recovery too: every acknowledged record is there, once, in its place,
 * and nothing is there that was refused or never sent.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SeededRandom, type FaultyDisk } from '@naru/simulator'
import { forEachSeed, randomStep, seedRange, startStorage } from './harness.ts'
import { runLives, type Life } from './lives.ts'
import { World } from './world.ts'

const livesPerSeed = 7
const stepsPerLife = 60

async function runSeed(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const world = new World(random)
  const died = (): void => world.use(undefined)
  const lives = { random, diskSeed: seed * 7 + 1, count: livesPerSeed, died }
  await runLives(seed, lives, (disk, life) => live(world, disk, life))
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
