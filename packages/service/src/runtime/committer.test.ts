import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CommitOutcome, PositionToCommit } from '@naru/client'
import { nodeTimers } from '@naru/base/node'
import { PartitionRun } from '../executor/partition-run.ts'
import { newWork } from '../executor/work.ts'
import type { Outgoing } from '../publish/publisher.ts'
import { Committer } from './committer.ts'

const staged = (topic: string): Outgoing => ({ topic, key: null, value: null, headers: [] })

/** A partition with one record that is done and has published something. */
function finishedRun(): PartitionRun {
  const place = { topic: 'asked', partition: 0 }
  const run = new PartitionRun({
    place,
    topic: 'asked',
    isRetry: false,
    start: 0,
    finished: [],
    loadUntil: 0
  })
  const record = run.lanes.add(0, 'key', 1, newWork({} as never, 0))
  assert.ok(record !== undefined)
  assert.equal(run.lanes.take(), record)
  run.lanes.finish(record)
  run.staged.push(staged('told'))
  return run
}

function committerOf(run: PartitionRun, outcomes: CommitOutcome[]): { committer: Committer; log: string[] } {
  const log: string[] = []
  const committer = new Committer({
    timers: nodeTimers,
    commitMs: 100,
    runs: () => (run.isGone ? [] : [run]),
    commit: (positions: readonly PositionToCommit[], events: readonly Outgoing[]) => {
      log.push(
        `${positions.map(({ offset }) => offset).join()} with ${events.map(({ topic }) => topic).join()}`
      )
      return Promise.resolve(outcomes.shift() ?? 'done')
    },
    onTrouble: (error) => assert.fail(error)
  })
  return { committer, log }
}

test('what a commit of the last generation published goes with the next one when the partition stays', async () => {
  const { committer, log } = committerOf(finishedRun(), ['lost'])
  assert.equal(await committer.commit(), false)
  assert.equal(await committer.commit(), true)
  assert.deepEqual(log, ['1 with told', '1 with told'])
})

test('what a lost partition published is left to its next owner', async () => {
  const run = finishedRun()
  const { committer, log } = committerOf(run, ['lost'])
  assert.equal(await committer.commit(), false)
  run.isGone = true
  assert.equal(await committer.commit(), true)
  assert.deepEqual(log, ['1 with told'])
})
