/** Answers that change nothing wait for what they speak of, as duplicates of batches do. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { FailpointName, Storage } from '../src/index.ts'
import { createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

interface Held {
  readonly storage: Storage
  readonly disk: FaultyDisk
  /** Lets the journal go on. */
  readonly release: () => void
}

/** A storage whose journal waits before its next write. */
async function heldStorage(): Promise<Held> {
  const journal: { held: Promise<void> | undefined } = { held: undefined }
  const failpoint = async (name: FailpointName): Promise<void> => {
    if (name === 'journal-write') await journal.held
  }
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock(), failpoint)
  const { promise, resolve } = Promise.withResolvers<void>()
  journal.held = promise
  return { storage, disk, release: resolve }
}

/** Asks whether a topic is there, in the way in which a request to create it would be told that it exists. */
function askFor(storage: Storage, name: string): Promise<boolean> {
  return storage.metadata.change((image) => ({ records: [], answer: image.topicsByName.has(name) }))
}

async function turn(): Promise<void> {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve))
}

it('tells of a change only when it is durable', async () => {
  const { storage, release } = await heldStorage()
  const created = createTopic(storage, 'orders')
  let told: boolean | undefined
  const asking = askFor(storage, 'orders').then((answer) => (told = answer))
  await turn()
  assert.equal(told, undefined)
  release()
  await created
  assert.equal(await asking, true)
  assert.equal(await askFor(storage, 'orders'), true)
  await storage.close()
})

it('does not tell of a change that was refused', async () => {
  const { storage, disk, release } = await heldStorage()
  const created = assert.rejects(createTopic(storage, 'orders'), { code: 'KAFKA_STORAGE_ERROR' })
  const asked = assert.rejects(askFor(storage, 'orders'), { code: 'KAFKA_STORAGE_ERROR' })
  await turn()
  disk.rule = ({ operation }) => (operation === 'write' ? { kind: 'error', code: 'ENOSPC' } : undefined)
  release()
  await Promise.all([created, asked])
  disk.rule = undefined
  assert.equal(await askFor(storage, 'orders'), false)
  await storage.close()
})
