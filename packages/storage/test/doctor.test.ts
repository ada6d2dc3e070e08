/** What the doctor says of a folder, whole or damaged, and what a repair leaves. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { DiskError } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { FaultyDisk, type DiskImage } from '@naru/simulator'
import { examine, planRepair, repair, type Examination } from '../src/doctor/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

/** Segments, indexes, a snapshot, two checkpoints, and a tail that is in the journal only. */
async function dataFolder(waitingEntryBytesMax = 0): Promise<FaultyDisk> {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await startStorage(disk, clock, undefined, { waitingEntryBytesMax })
  const topicId = await createTopic(storage, 'orders')
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < 40; index++) {
      await append(storage, { topicId, values: [`${round}/${index} ${'y'.repeat(1_500)}`] })
    }
    for (let wait = 0; wait < 12; wait++) await clock.advance(500)
  }
  // Larger than a block of checksums.
  await append(storage, { topicId, values: ['z'.repeat(70_000)] })
  for (let wait = 0; wait < 12; wait++) await clock.advance(500)
  await storage.snapshots.save('group', { offset: 1, bytes: Buffer.from('state') })
  await storage.snapshots.save('group', { offset: 2, bytes: Buffer.from('state') })
  for (let index = 0; index < 5; index++) await append(storage, { topicId, values: [`late ${index}`] })
  disk.kill()
  return disk
}

function optionsOf(disk: FaultyDisk) {
  const clock = new ManualClock()
  return { disk: disk.mount(), directory: '/data', clock, timers: clock, random: nodeRandom }
}

async function examined(disk: FaultyDisk): Promise<Examination> {
  const calls = disk.calls
  const examination = await examine(optionsOf(disk))
  assert.equal(disk.calls, calls, 'the examination changed something')
  disk.kill()
  return examination
}

function pathOf(disk: FaultyDisk, pattern: RegExp): string {
  const path = disk.paths().find((one) => pattern.test(one))
  assert.ok(path !== undefined, `${pattern} is not there: ${disk.paths().join(' ')}`)
  return path
}

function flipped(disk: FaultyDisk, pattern: RegExp, bit: number): FaultyDisk {
  const damaged = disk.clone({ seed: 1 })
  damaged.image(pathOf(disk, pattern)).flip(bit)
  return damaged
}

/** Where in the journal a value stands. */
function placeOf(disk: FaultyDisk, value: string): { readonly image: DiskImage; readonly at: number } {
  for (const path of disk.paths().filter((one) => one.endsWith('.journal'))) {
    const image = disk.image(path)
    const content = Buffer.alloc(image.size)
    image.read(content, 0)
    const at = content.indexOf(value)
    if (at >= 0) return { image, at }
  }
  throw new Error(`${value} is not in the journal`)
}

it('finds nothing in a folder whose process was killed, and changes nothing in it', async () => {
  const examination = await examined(await dataFolder())
  assert.deepEqual(examination.findings, [])
  assert.equal(examination.verdict, 'clean')
  assert.equal(examination.cleanStop, false)
  assert.equal(examination.totals.batches, 126)
})

it('examines a folder on a disk that has become read only', async () => {
  const options = optionsOf(await dataFolder())
  const refused = () =>
    Promise.reject(new DiskError({ code: 'EROFS', operation: 'lock', path: '/data/lock' }))
  const { verdict } = await examine({ ...options, disk: { ...options.disk, lock: refused } })
  assert.equal(verdict, 'clean')
})

it('names topic, partition and offsets of records that cannot be read', async () => {
  const disk = flipped(await dataFolder(), /orders-0\/0{20}\.log$/, 8 * 5_000)
  const { findings, verdict } = await examined(disk)
  assert.equal(verdict, 'damaged')
  const lost = findings.filter(({ kind }) => kind === 'records-lost')
  assert.deepEqual(
    lost.map(({ topic, partition, fromOffset, toOffset }) => ({ topic, partition, fromOffset, toOffset })),
    [{ topic: 'orders', partition: 0, fromOffset: 3, toOffset: 4 }]
  )
})

it('reads on behind damage at once, however many records lie in it', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await startStorage(disk, clock)
  const topicId = await createTopic(storage, 'orders')
  for (let index = 0; index < 30; index++) {
    const values = Array.from({ length: 100 }, (_, record) => `${index}/${record} ${'y'.repeat(20)}`)
    await append(storage, { topicId, values })
  }
  for (let wait = 0; wait < 24; wait++) await clock.advance(500)
  await storage.close()
  const log = disk.image(pathOf(disk, /orders-0\/0{20}\.log$/))
  log.write(Buffer.alloc(log.size - 10_000, 0x55), 5_000)
  let reads = 0
  disk.readRule = () => void reads++
  const { findings } = await examined(disk)
  assert.ok(reads < 1_000, `${reads} reads`)
  const told = findings.flatMap(({ fromOffset, toOffset }) =>
    fromOffset === undefined ? [] : [[fromOffset, toOffset]]
  )
  assert.deepEqual(told, await lostRanges(disk))
})

/** What asking for every single offset tells. */
async function lostRanges(disk: FaultyDisk): Promise<number[][]> {
  const storage = await startStorage(disk, new ManualClock())
  const topic = storage.metadata.image.topicsByName.get('orders')
  assert.ok(topic !== undefined)
  const { topicId } = topic
  const ranges: number[][] = []
  const end = storage.log.state(topicId, 0)?.highWatermark ?? 0
  for (let offset = 0; offset < end; offset++) {
    const wanted = { topicId, partition: 0, offset, maxBytes: 1, minOneBatch: true }
    const { kind } = await storage.log.read({ ...wanted, isolation: 'read-uncommitted' })
    if (kind === 'records') continue
    const last = ranges.at(-1)
    if (last?.[1] === offset) last[1]++
    else ranges.push([offset, offset + 1])
  }
  await storage.close()
  return ranges
}

it('ends when its caller wants it to, and leaves the folder to others', async () => {
  const disk = await dataFolder()
  const enough = new Error('enough')
  const pace = (): never => {
    throw enough
  }
  await assert.rejects(examine({ ...optionsOf(disk), pace }), enough)
  const storage = await startStorage(disk, new ManualClock())
  await storage.close()
})

const kinds = [
  { name: 'index', pattern: /\.index$/ },
  { name: 'time index', pattern: /\.timeindex$/ },
  { name: 'checksums', pattern: /\.crc$/ },
  { name: 'snapshot', pattern: /snapshots\/group$/ },
  { name: 'snapshot before', pattern: /snapshots\/group\.previous$/ },
  { name: 'checkpoint before', pattern: /checkpoint-/ },
  { name: 'format', pattern: /format$/ }
]
for (const { name, pattern } of kinds) {
  it(`notices every flipped bit of the ${name}, though all records can be read`, async () => {
    const disk = await dataFolder()
    const { size } = disk.image(pathOf(disk, pattern))
    for (let bit = 3; bit < size * 8; bit += size < 1_000 ? 61 : 997) {
      const { verdict, findings } = await examined(flipped(disk, pattern, bit))
      assert.equal(verdict, 'damaged', `bit ${bit}`)
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        ['file-damaged'],
        `bit ${bit}`
      )
    }
  })
}

it('compares a block with a checksum that waits in the checkpoint', async () => {
  const disk = await dataFolder(256)
  assert.deepEqual((await examined(disk)).findings, [])
  assert.ok(!disk.paths().some((path) => path.endsWith('.crc')))
  const { findings } = await examined(flipped(disk, /120\.log$/, 8 * 60_000))
  assert.ok(findings.some(({ reason }) => reason === 'a block does not match its checksum'))
})

it('repairs an index by making it anew', async () => {
  const disk = flipped(await dataFolder(), /\.index$/, 5)
  const plan = planRepair(await examined(disk))
  assert.equal(plan.removedFiles.length, 1)
  const after = await repair(optionsOf(disk), plan)
  assert.deepEqual(after.findings, [])
})

it('says why a start is refused, and repairs it by going on without what nobody can name', async () => {
  const disk = await dataFolder()
  // The block of the last record but one, header and all; the one behind it knows that it was durable.
  const { image, at } = placeOf(disk, 'late 3')
  image.write(Buffer.alloc(4096, 0x55), at - (at % 4096))
  await assert.rejects(startStorage(disk, new ManualClock()), { code: 'JOURNAL_DAMAGED' })
  disk.kill()
  const examination = await examined(disk)
  assert.equal(examination.verdict, 'refused')
  const plan = planRepair(examination)
  assert.equal(plan.acceptsLoss, true)
  await repair(optionsOf(disk), plan)
  disk.kill()
  const storage = await startStorage(disk, new ManualClock())
  assert.deepEqual(storage.recovery.damage, [])
  await storage.close()
})

it('refuses what is no data folder, is open elsewhere, or was written by a newer version', async () => {
  const disk = await dataFolder()
  await assert.rejects(examine({ ...optionsOf(disk), directory: '/' }), { code: 'NO_DATA_FOLDER' })
  await assert.rejects(examine({ ...optionsOf(disk), directory: '/nowhere' }), { code: 'ENOENT' })
  const storage = await startStorage(disk, new ManualClock())
  await assert.rejects(examine(optionsOf(disk)), { code: 'LOCKED' })
  await storage.close()
})
