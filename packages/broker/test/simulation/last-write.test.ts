/** A cut is excused as the last write before a crash, or seen as the loss of what was durable. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { BrokerConfig } from '@naru/broker'
import { FaultyDisk } from '@naru/simulator'
import { openLocalStorage } from '@naru/storage'
import { suiteTopicId } from '@naru/storage/suite'
import { isLastWriteCut, notePath, readNote, type Cut, type Flip } from './last-write.ts'

const file = '/data/journal/000000000000000a.journal'
const cut: Cut = { file, position: 8192, bytes: 4096 }
const flips: readonly Flip[] = [{ path: file, at: 9000 }]

it('excuses a cut where a bit has flipped behind everything that was noted as durable', () => {
  assert.equal(isLastWriteCut([cut], { flips, note: undefined }), true)
  assert.equal(isLastWriteCut([cut], { flips, note: { generation: 10, bytes: 8192 } }), true)
  assert.equal(isLastWriteCut([cut], { flips, note: { generation: 9, bytes: 90_000 } }), true)
})

it('does not excuse a cut elsewhere', () => {
  assert.equal(isLastWriteCut([cut], { flips: [{ path: file, at: 12_288 }], note: undefined }), false)
  assert.equal(isLastWriteCut([{ ...cut, file: file.replace('a', 'b') }], { flips, note: undefined }), false)
})

it('sees a cut of what was noted as durable, whether a bit has flipped there or not', () => {
  for (const note of [
    { generation: 10, bytes: 12_288 },
    { generation: 11, bytes: 4096 }
  ]) {
    assert.throws(() => isLastWriteCut([cut], { flips, note }), /durable was cut/)
    assert.throws(() => isLastWriteCut([cut], { flips: [], note }), /durable was cut/)
  }
})

it('reads the note that the storage writes, and believes none that the disk has changed', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const clock = new ManualClock()
  const storage = await openLocalStorage({
    disk: disk.mount(),
    clock,
    timers: clock,
    random: nodeRandom,
    directory: '/data',
    durability: 'fsync',
    logConfig: new BrokerConfig({ statics: {}, nodeId: 0 }).logConfig
  })
  await storage.metadata.change(() => ({
    records: [
      { type: 'topic-created', name: 'orders', topicId: suiteTopicId(), partitionCount: 1, internal: false }
    ],
    answer: undefined
  }))
  await storage.close()
  const bytes = Buffer.alloc(disk.image(notePath).size)
  disk.image(notePath).read(bytes, 0)
  const written = disk.image('/data/journal/0000000000000001.journal').size
  assert.deepEqual(readNote(bytes, []), { generation: 1, bytes: written })
  assert.equal(readNote(bytes, [{ path: notePath, at: 9 }]), undefined)
})
