/** What a hand-over to Apache Kafka writes: every batch at its offset, and no transaction that is half done. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { Writer } from '@naru/base'
import {
  buildBatch,
  controlTypeOf,
  isControl,
  readBatchHeader,
  readRecordsSync,
  splitBatches
} from '@naru/protocol'
import { TRANSACTION_LOG } from '@naru/protocol/internal-records/transaction-log'
import { FaultyDisk } from '@naru/simulator'
import { handOver, type HandOver } from '../src/hand-over/index.ts'
import type { Storage } from '../src/index.ts'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

const COMMITTING = 2
const ONGOING = 1

async function handed(
  fill: (storage: Storage, clock: ManualClock) => Promise<void>,
  dryRun = false
): Promise<{ readonly disk: FaultyDisk; readonly result: HandOver }> {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  await fill(await startStorage(disk, clock), clock)
  disk.kill()
  const calls = disk.calls
  const options = { directory: '/data', target: '/out', dryRun, clock, timers: clock, random: nodeRandom }
  const logger = { log: () => undefined }
  const result = await handOver({ ...options, disk: disk.mount(), logger })
  if (dryRun) assert.equal(disk.calls, calls, 'a dry run changed something')
  return { disk, result }
}

/** Base offsets of the batches in the files of a partition, file by file. */
function segments(disk: FaultyDisk, folder: string): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const path of disk.paths().filter((one) => one.startsWith(`/out/log/${folder}/`))) {
    const image = disk.image(path)
    const content = Buffer.alloc(image.size)
    image.read(content, 0)
    const { batches, end } = splitBatches(content)
    assert.equal(end, 'end')
    found.set(
      path.slice(-'00000000000000000000.log'.length),
      batches.map(({ header }) => header.baseOffset)
    )
  }
  return found
}

/** `commit` or `abort` of the marker at the end of a partition, undefined when it ends with none. */
function lastMarker(disk: FaultyDisk, folder: string): 'commit' | 'abort' | undefined {
  const path = disk.paths().findLast((one) => one.startsWith(`/out/log/${folder}/`))
  assert.ok(path !== undefined)
  const image = disk.image(path)
  const content = Buffer.alloc(image.size)
  image.read(content, 0)
  const last = splitBatches(content).batches.at(-1)
  if (last === undefined || !isControl(last.header.attributes)) return undefined
  const [marker] = readRecordsSync(content, last.at)
  return controlTypeOf(marker?.key ?? null) === 1 ? 'commit' : 'abort'
}

async function writeState(storage: Storage, producerId: number, transactionStatus: number): Promise<void> {
  const topicId = await createTopic(storage, '__transaction_state')
  const key = new Writer()
  key.int16(TRANSACTION_LOG.recordType)
  TRANSACTION_LOG.key.write(key, { transactionalId: 'one' }, 0)
  const value = new Writer()
  value.int16(0)
  const state = {
    producerId,
    previousProducerId: -1,
    nextProducerId: -1,
    producerEpoch: 0,
    nextProducerEpoch: -1,
    transactionTimeoutMs: 1,
    transactionStatus,
    transactionPartitions: [{ topic: 'orders', partitionIds: [0] }],
    transactionLastUpdateTimestampMs: 1,
    transactionStartTimestampMs: 1,
    clientTransactionVersion: 0
  }
  TRANSACTION_LOG.value.write(value, state, 0)
  const bytes = buildBatch({ records: [{ key: key.toBytes(), value: value.toBytes(), timestamp: 1 }] })
  const header = readBatchHeader(bytes)
  const batch = { topicId, partition: 0, bytes, header, ownerEpoch: 0, pinnedBytes: bytes.byteLength }
  await storage.log.append([{ ...batch, transactionGuard: undefined }])
}

it('writes every batch at its offset, from segments and from the journal, in segments of the size that is set', async () => {
  const { disk, result } = await handed(async (storage, clock) => {
    const topicId = await createTopic(storage, 'orders')
    for (let index = 0; index < 60; index++) {
      await append(storage, { topicId, values: [`${index} ${'y'.repeat(1_500)}`] })
      if (index === 40) for (let wait = 0; wait < 12; wait++) await clock.advance(500)
    }
  })
  const found = segments(disk, 'orders-0')
  assert.deepEqual(
    [...found.values()].flat(),
    Array.from({ length: 60 }, (_, index) => index)
  )
  assert.equal(result.topics[0]?.partitions[0]?.endOffset, 60)
})

it('tells where a log begins whose first records were deleted, and where an empty one goes on', async () => {
  const { disk } = await handed(async (storage) => {
    const topicId = await createTopic(storage, 'orders')
    for (let index = 0; index < 5; index++) await append(storage, { topicId, values: ['a', 'b'] })
    await storage.log.deleteRecordsBefore(topicId, 0, 3)
    const emptied = await createTopic(storage, 'emptied')
    await append(storage, { topicId: emptied, values: ['a', 'b'] })
    await storage.log.deleteRecordsBefore(emptied, 0, -1)
  })
  assert.deepEqual([...segments(disk, 'orders-0').values()].flat(), [2, 4, 6, 8])
  assert.deepEqual([...segments(disk, 'emptied-0')], [['00000000000000000002.log', []]])
  const image = disk.image('/out/log/log-start-offset-checkpoint')
  const content = Buffer.alloc(image.size)
  image.read(content, 0)
  assert.equal(content.toString(), '0\n2\norders 0 3\nemptied 0 2\n')
})

for (const { status, end } of [
  { status: ONGOING, end: 'abort' },
  { status: COMMITTING, end: 'commit' }
] as const) {
  it(`ends an open transaction: ${end} when its coordinator had noted state ${status}`, async () => {
    const { disk, result } = await handed(async (storage) => {
      const topicId = await createTopic(storage, 'orders')
      const producer = { id: 2 ** 40, epoch: 0, sequence: 0 }
      await append(storage, { topicId, values: ['a'], producer, transactional: true, guard: 'unguarded' })
      await writeState(storage, producer.id, status)
    })
    assert.equal(lastMarker(disk, 'orders-0'), end)
    assert.deepEqual(
      result.topics.map(({ name, partitions }) => [name, partitions[0]?.endedTransactions]),
      [['orders', 1]]
    )
  })
}

it('writes nothing in a dry run, and into no folder that holds anything', async () => {
  const fill = async (storage: Storage): Promise<void> => void (await createTopic(storage, 'orders'))
  const { result } = await handed(fill, true)
  assert.equal(result.topics.length, 1)
  const { disk } = await handed(fill)
  disk.kill()
  const clock = new ManualClock()
  const options = {
    directory: '/data',
    target: '/out',
    dryRun: false,
    clock,
    timers: clock,
    random: nodeRandom
  }
  const again = handOver({ ...options, disk: disk.mount(), logger: { log: () => undefined } })
  await assert.rejects(again, { code: 'NOT_EMPTY' })
})
