/**
 * Errors of the disk at any call. A full disk refuses and recovers; a failed write or sync ends everything, and
 * what was acknowledged before is there afterwards, though the page cache shows more than the disk has.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom, type DiskCall, type DiskFault } from '@naru/simulator'
import type { Storage } from '../src/index.ts'
import { forEachSeed, randomStep, seedRange, startStorage, type StepContext } from './harness.ts'
import { World } from './world.ts'

const stepsPerLife = 80

interface Run {
  readonly disk: FaultyDisk
  readonly world: World
  readonly random: SeededRandom
}

function newRun(seed: number): Run {
  const random = new SeededRandom(seed)
  return {
    disk: new FaultyDisk({ seed: seed * 13 + 5, knowsDataSync: seed % 4 > 0, knowsDirect: seed % 3 > 0 }),
    world: new World(random),
    random
  }
}

/** A life that goes on until its steps are done or the storage gives up. */
async function live(
  run: Run,
  rule: ((call: DiskCall) => DiskFault | undefined) | undefined
): Promise<{ storage: Storage; context: StepContext }> {
  const { disk, world, random } = run
  const context = { clock: new ManualClock(), random }
  const storage = await startStorage(disk, context.clock)
  world.use(storage)
  assert.deepEqual(storage.recovery.damage, [])
  await world.verify(storage)
  disk.rule = rule
  for (let count = 0; count < stepsPerLife && !storage.failed.aborted; count++) {
    await randomStep(world, storage, context)
  }
  disk.rule = undefined
  return { storage, context }
}

async function failingCall(seed: number): Promise<void> {
  const run = newRun(seed)
  const { disk, world, random } = run
  await live(run, undefined).then(({ storage }) => storage.close())
  const at = disk.calls + 10 + random.below(400)
  const { storage } = await live(run, ({ number, operation }) =>
    number >= at && (operation === 'write' || operation === 'datasync')
      ? { kind: 'error', code: 'EIO' }
      : undefined
  )
  if (storage.failed.aborted) {
    const acked = world.ackedRecords
    for (let count = 0; count < 5; count++) await world.append(storage)
    assert.equal(world.ackedRecords, acked, 'something was acknowledged after a failure')
  }
  world.use(undefined)
  await storage.abandon()
  if (random.oneIn(2)) disk.crash()
  // The page cache may show what never reached the disk; it must be on disk before it is shown.
  const next = await live(run, undefined)
  world.use(undefined)
  disk.crash()
  void next
  await live(run, undefined).then((last) => last.storage.close())
}

async function fullDisk(seed: number): Promise<void> {
  const run = newRun(seed)
  const { disk, world, random } = run
  const at = 40 + random.below(300)
  const length = 1 + random.below(30)
  const kind = random.below(3)
  const { storage, context } = await live(run, ({ number, operation }) => {
    if (number < at || number >= at + length) return undefined
    if (kind === 0) return operation === 'write' ? { kind: 'short', bytes: random.below(6_000) } : undefined
    if (kind === 1 && operation !== 'write' && operation !== 'create') return undefined
    return operation === 'datasync' ? undefined : { kind: 'error', code: kind === 1 ? 'ENOSPC' : 'EMFILE' }
  })
  assert.equal(storage.failed.aborted, false, String(storage.failed.reason))
  const before = world.ackedRecords
  for (let count = 0; count < 20 || world.living.length === 0; count++) {
    await world.createTopic(storage)
    await world.append(storage)
  }
  assert.ok(world.ackedRecords > before, 'producing does not resume')
  await context.clock.advance(20_000)
  await world.verify(storage)
  if (random.oneIn(2)) await storage.close()
  world.use(undefined)
  disk.crash()
  await live(run, undefined).then((last) => last.storage.close())
}

async function tooSmall(seed: number): Promise<void> {
  const run = newRun(seed)
  const { disk, world, random } = run
  disk.capacityBytes = 100_000 + random.below(500_000)
  const { storage, context } = await live(run, undefined)
  for (let count = 0; count < 60; count++) await randomStep(world, storage, context)
  assert.equal(storage.failed.aborted, false, String(storage.failed.reason))
  await world.verify(storage)
  disk.capacityBytes = Number.MAX_SAFE_INTEGER
  const before = world.ackedRecords
  for (let count = 0; count < 20 || world.living.length === 0; count++) {
    await world.createTopic(storage)
    await world.append(storage)
  }
  assert.ok(world.ackedRecords > before, 'producing does not resume')
  world.use(undefined)
  disk.crash()
  await live(run, undefined).then((last) => last.storage.close())
}

const range = seedRange(8)
it('acknowledges nothing after a write or sync failed, and shows nothing that is not on disk', async () => {
  await forEachSeed(range, failingCall)
})

it('refuses while the disk is full, and goes on when there is space', async () => {
  await forEachSeed(range, fullDisk)
  await forEachSeed(range, tooSmall)
})
