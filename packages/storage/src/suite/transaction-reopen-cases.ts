/** Transactions over a stop of the engine: open ones, ended ones, and what was aborted. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { append, createTopic, end, type OpenSuiteEngine } from './engine.ts'
import { idle } from './reopen-cases.ts'
import { committedValues, inTransaction } from './transaction-cases.ts'
import { withEngine } from './with-engine.ts'

export function transactionReopenCases(open: OpenSuiteEngine): void {
  for (const rest of ['none', 'written-out'] as const) {
    it(`goes on with open transactions after a stop (${rest})`, async () => {
      // Segments of one batch each, so that transactions span many.
      await withEngine(open, { logConfig: { segmentBytes: 1 } }, async (engine) => {
        const pause = (): Promise<void> => (rest === 'none' ? Promise.resolve() : idle(engine))
        const topicId = await createTopic(engine.storage, 'orders')
        const expected: string[] = []
        for (let round = 0; round < 4; round++) {
          const type = round % 2 === 0 ? 'abort' : 'commit'
          const at = { topicId, producer: 7, epoch: round }
          await inTransaction(engine.storage, { ...at, values: [`a${round}`] })
          await append(engine.storage, { topicId, values: [`plain${round}`] })
          await pause()
          await engine.reopen()
          const state = engine.storage.log.state(topicId, 0)
          assert.equal(state?.lastStableOffset, round * 4)
          assert.deepEqual(await committedValues(engine.storage, topicId), expected)
          await inTransaction(engine.storage, { ...at, values: [`b${round}`], sequence: 1, guard: 'none' })
          const producer = { id: 7, epoch: round + 1 }
          assert.equal(await end(engine.storage, { topicId, producer, type, version: 2 }), 'appended')
          const [a, b] = [`a${round}`, `b${round}`]
          expected.push(...(type === 'commit' ? [a, `plain${round}`, b] : [`plain${round}`]))
          assert.deepEqual(await committedValues(engine.storage, topicId), expected)
          await pause()
          await engine.reopen()
          assert.deepEqual(await committedValues(engine.storage, topicId), expected)
          assert.equal(engine.storage.log.state(topicId, 0)?.lastStableOffset, (round + 1) * 4)
          const stale = { ...at, values: ['late'], sequence: 2 }
          await assert.rejects(inTransaction(engine.storage, stale), /fenced/)
        }
      })
    })
  }
}
