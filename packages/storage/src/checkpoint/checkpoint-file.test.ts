import assert from 'node:assert/strict'
import { it } from 'node:test'
import { FaultyDisk } from '@naru/simulator'
import { suiteTopicId } from '../suite/index.ts'
import type { CheckpointHeader } from './checkpoint.ts'
import { loadCheckpoint, removeOldCheckpoints, writeCheckpoint } from './checkpoint-file.ts'

function headerOf(number: number): CheckpointHeader {
  return {
    number,
    clusterId: 'c',
    replayFrom: number * 10,
    previousReplayFrom: 0,
    metadataVersion: 1,
    partitionCount: 1
  }
}

async function* lines(count: number): AsyncGenerator<Uint8Array> {
  for (let partition = 0; partition < count; partition++) {
    yield Buffer.from(`${JSON.stringify({ topicId: 'x', partition })}\n`)
  }
}

async function written(...numbers: readonly number[]) {
  const disk = new FaultyDisk({ seed: 1 })
  const place = { disk: disk.mount(), directory: '/data' }
  await place.disk.makeDirectory('/data')
  const metadata = [
    { type: 'topic-created', name: 't', topicId: suiteTopicId(), partitionCount: 3, internal: false }
  ] as const
  for (const number of numbers) {
    await writeCheckpoint(place, headerOf(number), { metadata, partitions: lines(number) })
    await removeOldCheckpoints(place, number)
  }
  return { disk, place, metadata }
}

it('gives back the newest checkpoint and keeps the one before', async () => {
  const { disk, place, metadata } = await written(1, 2, 3)
  const { checkpoint, damaged } = await loadCheckpoint(place)
  assert.deepEqual(checkpoint?.header, headerOf(3))
  assert.deepEqual(checkpoint.metadata, metadata)
  assert.deepEqual(
    checkpoint.partitions.map(({ partition }) => partition),
    [0, 1, 2]
  )
  assert.deepEqual(damaged, [])
  assert.equal(disk.paths().length, 2)
})

it('falls back to the one before when any bit of the newest flipped', async () => {
  const { disk, place } = await written(1, 2)
  const path = disk.paths()[1] as string
  const { size } = disk.image(path)
  for (let bit = 0; bit < size * 8; bit += 7) {
    disk.image(path).flip(bit)
    const { checkpoint, damaged } = await loadCheckpoint(place)
    assert.equal(checkpoint?.header.number, 1, `bit ${bit}`)
    assert.equal(damaged[0]?.file, path)
    disk.image(path).flip(bit)
  }
})

it('refuses when no checkpoint can be read, and knows when there never was one', async () => {
  const { disk, place } = await written(1)
  disk.image(disk.paths()[0] as string).flip(100)
  await assert.rejects(loadCheckpoint(place), { code: 'CHECKPOINT_DAMAGED' })
  const fresh = await written()
  assert.deepEqual(await loadCheckpoint(fresh.place), { checkpoint: undefined, damaged: [] })
})
