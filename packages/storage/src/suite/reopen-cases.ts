/** What an engine that outlives the process gives back after it was closed and opened again. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  append,
  createTopic,
  removeTopic,
  valuesOf,
  type OpenSuiteEngine,
  type SuiteEngine
} from './engine.ts'
import { withEngine } from './with-engine.ts'

/** Time in which everything has been written to segments. */
const writtenOutMs = 60_000

export function reopenCases(open: OpenSuiteEngine): void {
  for (const rest of ['none', 'written-out'] as const) {
    const pause = (engine: SuiteEngine) => (rest === 'none' ? Promise.resolve() : idle(engine))

    it(`gives everything back after a stop (${rest})`, async () => {
      await withEngine(open, {}, async (engine) => {
        const topicId = await createTopic(engine.storage, 'orders', { partitionCount: 2 })
        const { clusterId } = engine.storage.metadata.image
        for (let round = 0; round < 3; round++) {
          const producer = { id: 7, epoch: 0, sequence: round }
          await append(engine.storage, { topicId, values: [`v${round}`], producer })
          await pause(engine)
          await engine.reopen()
          assert.equal(engine.storage.recovery.cleanStop, true)
          assert.equal(engine.storage.metadata.image.clusterId, clusterId)
          const repeated = await append(engine.storage, { topicId, values: [`v${round}`], producer })
          assert.equal(repeated.kind, 'duplicate')
          const expected = Array.from({ length: round + 1 }, (_, index) => `v${index}`)
          assert.deepEqual(await valuesOf(engine.storage, topicId), expected)
        }
        assert.deepEqual(await valuesOf(engine.storage, topicId, 1), ['v1', 'v2'])
      })
    })

    it(`keeps deletions of records and topics over a stop (${rest})`, async () => {
      await withEngine(open, {}, async (engine) => {
        const kept = await createTopic(engine.storage, 'kept')
        const gone = await createTopic(engine.storage, 'gone')
        for (const value of ['a', 'b', 'c']) {
          await append(engine.storage, { topicId: kept, values: [value] })
          await append(engine.storage, { topicId: gone, values: [value] })
        }
        await pause(engine)
        await engine.storage.log.deleteRecordsBefore(kept, 0, 2)
        await removeTopic(engine.storage, gone)
        const again = await createTopic(engine.storage, 'gone')
        await append(engine.storage, { topicId: again, values: ['new'] })
        await engine.reopen()
        assert.equal(engine.storage.log.state(kept, 0)?.logStartOffset, 2)
        assert.deepEqual(await valuesOf(engine.storage, kept, 2), ['c'])
        assert.equal(engine.storage.log.state(gone, 0), undefined)
        assert.deepEqual(await valuesOf(engine.storage, again), ['new'])
        await pause(engine)
        await engine.reopen()
        assert.deepEqual(await valuesOf(engine.storage, again), ['new'])
      })
    })
  }
}

/** Lets the engine write out in the background; real I/O needs real time. */
export async function idle(engine: SuiteEngine): Promise<void> {
  for (let step = 0; step < 20; step++) {
    await engine.clock.advance(writtenOutMs / 20)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
