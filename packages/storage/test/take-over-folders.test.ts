/** Which folders of a Kafka are one node's, and all that it has; and a take-over that has to begin again. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { ManualClock } from '@naru/base/node'
import { splitBatches, type BatchAt } from '@naru/protocol'
import { startStorage } from './harness.ts'
import {
  config,
  diskWith,
  kafkaFiles,
  LEVEL,
  metadataRecord,
  nodes,
  ORDERS,
  ORDERS_LOG,
  partitionRecord,
  recordsOf,
  takeFrom,
  taken,
  topicRecords,
  type Files
} from './kafka-folder.ts'

const DOTTED = 'AAAAAAAAAAAAAAAAAAAAfQ' as Uuid

const properties = (clusterId = 'the-cluster', nodeId = 0): string =>
  `version=1\ncluster.id=${clusterId}\nnode.id=${nodeId}\ndirectory.id=another\n`

/** The orders in a folder of their own. */
function twoFolders(second: Files = {}): Files {
  const { [ORDERS_LOG]: log = '', 'log-start-offset-checkpoint': starts = '', ...first } = kafkaFiles()
  return {
    ...first,
    '/disk2/meta.properties': properties(),
    '/disk2/.kafka_cleanshutdown': '{}',
    '/disk2/log-start-offset-checkpoint': starts,
    [`/disk2/${ORDERS_LOG}`]: log,
    ...second
  }
}

const baseOffsetOf = ({ header }: BatchAt): number => header.baseOffset

const sources = ['/kafka', '/disk2']

it('takes-over-what-lies-in-several-folders', async () => {
  const disk = await diskWith(twoFolders())
  const { topics } = await takeFrom(disk, { sources })
  assert.deepEqual(
    topics.map(({ name, partitions }) => [name, partitions[0]?.startOffset, partitions[0]?.endOffset]),
    [
      ['orders', 11, 23],
      ['__consumer_offsets', 0, 1]
    ]
  )
})

it('refuses-one-folder-of-several', async () => {
  await assert.rejects(takeFrom(await diskWith(twoFolders())), { code: 'KAFKA_INCOMPLETE' })
})

it('refuses-folders-of-two-nodes', async () => {
  for (const other of [properties('another-cluster'), properties('the-cluster', 1)]) {
    const disk = await diskWith(twoFolders({ '/disk2/meta.properties': other }))
    await assert.rejects(takeFrom(disk, { sources }), { code: 'KAFKA_INCOMPLETE' })
  }
})

it('refuses-a-partition-that-lies-in-two-folders', async () => {
  const disk = await diskWith(twoFolders({ [`/kafka/${ORDERS_LOG}`]: '' }))
  await assert.rejects(takeFrom(disk, { sources }), { code: 'KAFKA_INCOMPLETE' })
})

it('refuses-several-folders-one-of-which-was-not-stopped', async () => {
  const { '/disk2/.kafka_cleanshutdown': _, ...files } = twoFolders()
  await assert.rejects(takeFrom(await diskWith(files), { sources }), { code: 'KAFKA_NOT_STOPPED' })
})

it('asks-no-orderly-stop-of-a-folder-with-metadata-alone', async () => {
  const { '.kafka_cleanshutdown': _, ...files } = twoFolders()
  const offsets = '__consumer_offsets-0/00000000000000000000.log'
  const { [offsets]: log = '', ...others } = files
  const disk = await diskWith({ ...others, [`/disk2/${offsets}`]: log })
  assert.equal((await takeFrom(disk, { sources })).topics.length, 2)
})

it('passes-over-folders-that-are-being-moved-or-deleted-or-belong-to-nobody', async () => {
  const files = { ...kafkaFiles() }
  for (const kind of ['future', 'delete', 'stray'])
    files[`orders-0.0123456789abcdef-${kind}/00000000000000000000.log`] = 'no batch at all'
  const { result } = await taken(files)
  assert.deepEqual(
    result.topics.map(({ name }) => name),
    ['orders', '__consumer_offsets']
  )
})

it('takes-topics-with-dots-in-their-names', async () => {
  const { [ORDERS_LOG]: log = '' } = kafkaFiles()
  const files = kafkaFiles(LEVEL, topicRecords('eu.orders-0', DOTTED, 1))
  const { result } = await taken({ ...files, 'eu.orders-0-0/00000000000000000010.log': log })
  assert.equal(result.topics.find(({ name }) => name === 'eu.orders-0')?.partitions[0]?.endOffset, 23)
})

it('refuses-partitions-with-replicas-on-other-nodes', async () => {
  const created = kafkaFiles(LEVEL, [partitionRecord(ORDERS, 0, [0, 1])])
  await assert.rejects(taken(created), { code: 'KAFKA_INCOMPLETE' })
  const changed = (replicas: readonly number[]): Buffer =>
    metadataRecord(5, (writer) => {
      writer.int32(0)
      writer.uuid(ORDERS)
      writer.unsignedVarint(2)
      writer.unsignedVarint(1)
      writer.unsignedVarint(4)
      writer.int32(-1)
      writer.unsignedVarint(2)
      writer.unsignedVarint(1 + replicas.length * 4)
      nodes(writer, replicas)
    }).subarray(0, -1)
  await assert.rejects(taken(kafkaFiles(LEVEL, [changed([1])])), { code: 'KAFKA_INCOMPLETE' })
  const { result } = await taken(kafkaFiles(LEVEL, [partitionRecord(ORDERS, 0, [1, 0]), changed([0])]))
  assert.equal(result.topics.length, 2)
})

it('refuses-the-folder-of-a-removed-topic-of-the-same-name', async () => {
  const files = kafkaFiles()
  const metadata = (topicId: Uuid): Files => ({
    'orders-0/partition.metadata': `version: 0\ntopic_id: ${topicId}\n`
  })
  await assert.rejects(taken({ ...files, ...metadata(DOTTED) }), { code: 'KAFKA_INCOMPLETE' })
  assert.equal((await taken({ ...files, ...metadata(ORDERS) })).result.topics.length, 2)
})

it('counts-what-is-left-behind', async () => {
  const acl = (id: Uuid, kind = 18): Buffer => metadataRecord(kind, (writer) => writer.uuid(id))
  const user = (name: string, kind = 11): Buffer =>
    metadataRecord(kind, (writer) => {
      writer.string(name, true)
      writer.int8(1)
    })
  const quota = (name: string | null, isRemoved: boolean): Buffer =>
    metadataRecord(14, (writer) => {
      writer.unsignedVarint(2)
      writer.string('user', true)
      writer.nullableString(name, true)
      writer.unsignedVarint(0)
      writer.string('producer_byte_rate', true)
      writer.float64(1000)
      writer.boolean(isRemoved)
    })
  const ofNode = config('0', 'log.cleaner.threads', '2')
  // Resource type 4 in place of that of a topic.
  ofNode[3] = 4
  const { result } = await taken(
    kafkaFiles(LEVEL, [
      acl(ORDERS),
      acl(DOTTED),
      acl(DOTTED, 19),
      user('alice'),
      user('bob'),
      user('bob', 22),
      quota('alice', false),
      quota(null, false),
      quota(null, true),
      ofNode
    ])
  )
  assert.deepEqual(result.leftBehind, { acls: 1, users: 1, quotas: 1, delegationTokens: 0, settings: 1 })
})

it('writes-nothing-into-a-folder-of-kafka', async () => {
  for (const target of ['/kafka', '/kafka/naru']) {
    const disk = await diskWith(kafkaFiles())
    const before = disk.paths()
    await assert.rejects(takeFrom(disk, { target }), { code: 'FOREIGN_FOLDER' })
    assert.deepEqual(disk.paths(), before)
  }
})

it('refuses-a-folder-that-is-in-use-or-holds-something-else', async () => {
  const used = await diskWith({ ...kafkaFiles(), '/data/format': 'x' })
  await assert.rejects(takeFrom(used), { code: 'NOT_EMPTY' })
  const foreign = await diskWith({ ...kafkaFiles(), '/data/log/letter.txt': 'dear' })
  await assert.rejects(takeFrom(foreign), { code: 'FOREIGN_FOLDER' })
  assert.ok(foreign.paths().includes('/data/log/letter.txt'))
})

/** How many calls change the disk in a whole take-over. */
async function callsOfAll(): Promise<number> {
  const disk = await diskWith(kafkaFiles())
  let calls = 0
  disk.rule = () => {
    calls++
    return undefined
  }
  await takeFrom(disk)
  return calls
}

it('begins-again-wherever-it-was-interrupted', async () => {
  const calls = await callsOfAll()
  assert.ok(calls > 20, `${calls} calls`)
  let again = 0
  for (let at = 1; at <= calls; at++) {
    for (const kind of ['crash', 'kill'] as const) {
      const disk = await diskWith(kafkaFiles())
      let number = 0
      disk.rule = () => (++number === at ? { kind } : undefined)
      await Promise.race([takeFrom(disk).catch(() => undefined), disk.crashed()])
      disk.rule = undefined
      if (!disk.paths().includes('/data/format')) {
        await takeFrom(disk)
        again++
      }
      const storage = await startStorage(disk, new ManualClock())
      const read = await recordsOf(storage, { offset: 11 })
      const offsets = read.chunks.flatMap((chunk) => splitBatches(chunk).batches.map(baseOffsetOf))
      assert.deepEqual(offsets, [10, 20, 21, 22], `call ${at}, ${kind}`)
      await storage.close()
    }
  }
  assert.ok(again > 40, `${again} of ${calls * 2} began again`)
})

it('begins-again-when-there-was-no-space', async () => {
  const disk = await diskWith(kafkaFiles())
  disk.capacityBytes = disk.usedBytes + 300
  await assert.rejects(takeFrom(disk), { code: 'ENOSPC' })
  await assert.rejects(startStorage(disk, new ManualClock()), { code: 'UNFINISHED_IMPORT' })
  disk.capacityBytes = Number.MAX_SAFE_INTEGER
  await takeFrom(disk)
  const storage = await startStorage(disk, new ManualClock())
  assert.equal(storage.log.state(ORDERS, 0)?.highWatermark, 23)
  await storage.close()
})
