/** Which folders the local engine opens, and what it says about the others; throttling at its limits. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { writeFully, type Disk } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { crc32c } from '@naru/protocol'
import { FaultyDisk } from '@naru/simulator'
import { DEFAULT_LOG_CONFIG, type Storage } from '../ports/index.ts'
import { append, createTopic, valuesOf } from '../suite/engine.ts'
import type { StorageLimits } from '../limits.ts'
import { openLocalStorage } from './local-storage.ts'

function open(disk: Disk, clock = new ManualClock(), limits: Partial<StorageLimits> = {}): Promise<Storage> {
  return openLocalStorage({
    disk,
    clock,
    timers: clock,
    random: nodeRandom,
    directory: '/data',
    durability: 'fsync',
    logConfig: () => DEFAULT_LOG_CONFIG,
    limits
  })
}

async function write(disk: Disk, path: string, text: string): Promise<void> {
  await disk.makeDirectory('/data')
  const file = await disk.open(path, { mode: 'create' })
  await writeFully(file, [Buffer.from(text)], 0)
  await file.close()
}

it('keeps a second process out until the first has closed', async () => {
  const disk = new FaultyDisk({ seed: 1 }).mount()
  const first = await open(disk)
  await assert.rejects(open(disk), { code: 'LOCKED' })
  await first.close()
  await (await open(disk)).close()
})

it('refuses a folder that holds something else', async () => {
  const disk = new FaultyDisk({ seed: 1 }).mount()
  await write(disk, '/data/family-photos.zip', 'precious')
  await assert.rejects(open(disk), { code: 'FOREIGN_FOLDER' })
})

for (const { version, code } of [
  { version: 2, code: 'OLDER_FORMAT' },
  { version: 4, code: 'NEWER_FORMAT' }
]) {
  it(`refuses a folder of version ${version}`, async () => {
    const disk = new FaultyDisk({ seed: 1 }).mount()
    const json = JSON.stringify({ format: 'naru-data', version, clusterId: 'c', secret: '00' })
    await write(disk, '/data/format', `${json} ${crc32c(Buffer.from(json)).toString(16).padStart(8, '0')}\n`)
    await assert.rejects(open(disk), { code })
  })
}

/** A folder with a segment and a checkpoint. */
async function checkpointed(): Promise<FaultyDisk> {
  const faulty = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await open(faulty.mount(), clock)
  const topicId = await createTopic(storage, 'orders')
  await append(storage, { topicId, values: ['a'] })
  for (let step = 0; step < 40; step++) await clock.advance(500)
  assert.ok(storage.stats().checkpoints > 0)
  await storage.close()
  return faulty
}

const pathIn = (disk: FaultyDisk, end: string): string =>
  disk.paths().find((path) => path.endsWith(end)) ?? ''

it('notices that the journal is gone', async () => {
  const faulty = await checkpointed()
  const disk = faulty.mount()
  for (const path of faulty.paths()) if (path.endsWith('.journal')) await disk.remove(path)
  await assert.rejects(open(disk), { code: 'JOURNAL_MISSING' })
})

for (const name of ['/partition.metadata', '/format']) {
  it(`opens whatever bit of ${name} has flipped`, async () => {
    const faulty = await checkpointed()
    const path = pathIn(faulty, name)
    const bits = faulty.image(path).size * 8
    for (let bit = 0; bit < bits; bit += 5) {
      const rotten = faulty.clone({ seed: 1 })
      rotten.image(path).flip(bit)
      const storage = await open(rotten.mount())
      const [topic] = storage.metadata.image.topicsByName.values()
      assert.ok(topic !== undefined)
      assert.deepEqual(await valuesOf(storage, topic.topicId), ['a'], `bit ${bit}`)
      await storage.abandon()
    }
  })
}

it('refuses the folder of another topic in the place of a partition', async () => {
  const faulty = await checkpointed()
  const image = faulty.image(pathIn(faulty, '/partition.metadata'))
  image.write(Buffer.from('version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAw\n'), 0)
  await assert.rejects(open(faulty.mount()), { code: 'FOREIGN_PARTITION' })
})

it('throttles while memory is full and goes on when tails are in segments', async () => {
  const faulty = new FaultyDisk({ seed: 1 })
  const storage = await open(faulty.mount(), new ManualClock(), { tailBytesMax: 20_000 })
  const topicId = await createTopic(storage, 'orders')
  const values: string[] = []
  for (let index = 0; index < 60; index++) {
    if (!storage.log.accepting) await storage.log.whenAccepting()
    const value = `${index}${'x'.repeat(2_000)}`
    values.push(value)
    await append(storage, { topicId, values: [value] })
    assert.ok(storage.stats().tailBytes <= 25_000, 'memory grows beyond its limit')
  }
  assert.ok(storage.stats().writtenOutBytes > 0)
  assert.deepEqual(await valuesOf(storage, topicId), values)
  await storage.close()
})
