/** The file that is made ahead: what goes wrong with it must not be forgotten by the time that it is needed. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

async function writeWhileNextFileFails(code: string): Promise<{ kinds: Set<string>; failed: boolean }> {
  const disk = new FaultyDisk({ seed: 1 })
  const storage = await startStorage(disk, new ManualClock())
  const topicId = await createTopic(storage, 'orders')
  let failures = 0
  disk.rule = ({ operation, path }) => {
    if (operation !== 'syncdir' || path !== '/data/journal' || failures > 0) return undefined
    failures++
    return { kind: 'error', code }
  }
  const kinds = new Set<string>()
  for (let index = 0; index < 30; index++) {
    kinds.add((await append(storage, { topicId, values: ['x'.repeat(6_000)] })).kind)
  }
  assert.equal(failures, 1)
  return { kinds, failed: storage.failed.aborted }
}

it('stops for good when the folder of the next file could not be synced, and does not sync again', async () => {
  const { kinds, failed } = await writeWhileNextFileFails('EIO')
  assert.ok(failed)
  assert.ok(kinds.has('storage-error'))
})

it('makes the next file again when there was no room for it at first', async () => {
  const { kinds, failed } = await writeWhileNextFileFails('ENOSPC')
  assert.ok(!failed)
  assert.deepEqual(kinds, new Set(['appended']))
})
