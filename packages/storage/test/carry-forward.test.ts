/** Tails that are copied to the end of the journal keep everything, also what was on its way at that moment. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import type { FailpointName, Storage } from '../src/index.ts'
import { append, createTopic, valuesOf } from '../src/suite/engine.ts'
import type { Uuid } from '@naru/base'
import { startStorage } from './harness.ts'

interface Run {
  readonly disk: FaultyDisk
  readonly clock: ManualClock
  /** Values acknowledged in the quiet topic. */
  readonly values: string[]
  copies: number
}

/** A slow topic beside a busy one, until the journal file that holds the slow one is due. */
async function runUntilCarried(
  run: Run,
  atCopy: (storage: Storage, quiet: Uuid) => Promise<void>
): Promise<void> {
  const { disk, clock, values } = run
  const made: { topics?: { readonly quiet: Uuid; readonly busy: Uuid } } = {}
  const failpoint = async (name: FailpointName): Promise<void> => {
    const { topics } = made
    if (name !== 'carry-forward' || topics === undefined || run.copies++ > 0) return
    // Otherwise the busy topic holds the journal back, and the quiet one has nothing to lose.
    await storage.log.deleteRecordsBefore(topics.busy, 0, -1)
    await atCopy(storage, topics.quiet)
  }
  const storage: Storage = await startStorage(disk, clock, failpoint)
  const topics = { quiet: await createTopic(storage, 'quiet'), busy: await createTopic(storage, 'busy') }
  made.topics = topics
  for (let turn = 0; turn < 400 && run.copies === 0; turn++) {
    const quiet = `slow ${turn}`
    await append(storage, { topicId: topics.quiet, values: [quiet] })
    values.push(quiet)
    for (let index = 0; index < 4; index++) {
      await append(storage, { topicId: topics.busy, values: ['x'.repeat(6_000)] })
    }
    await clock.advance(300)
  }
  await clock.advance(100)
  disk.kill()
}

async function restarted({ disk }: Run): Promise<string[]> {
  const storage = await startStorage(disk, new ManualClock())
  const topic = storage.metadata.image.topicsByName.get('quiet')
  assert.ok(topic !== undefined)
  const values = await valuesOf(storage, topic.topicId)
  await storage.close()
  return values
}

function newRun(): Run {
  return { disk: new FaultyDisk({ seed: 1 }), clock: new ManualClock(), values: [], copies: 0 }
}

it('keeps what became durable just before the copies', async () => {
  const run = newRun()
  await runUntilCarried(run, async (storage, quiet) => {
    await append(storage, { topicId: quiet, values: ['just before'] })
    run.values.push('just before')
  })
  assert.equal(run.copies, 1)
  assert.deepEqual(await restarted(run), run.values)
})

it('keeps what is on its way to the journal when the copies are made', async () => {
  const run = newRun()
  let late: Promise<unknown> | undefined
  await runUntilCarried(run, async (storage, quiet) => {
    run.values.push('on its way')
    late = append(storage, { topicId: quiet, values: ['on its way'] })
    // By now the group is being written, and nothing joins it any more.
    await new Promise((resolve) => setImmediate(resolve))
  })
  await late
  assert.equal(run.copies, 1)
  assert.deepEqual(await restarted(run), run.values)
})
