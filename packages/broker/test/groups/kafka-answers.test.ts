/** The answers of this broker beside those that Apache Kafka 4.2 gave to the same questions. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startInProcessBroker } from '../in-process-broker.ts'
import type { Answer } from './answer-book.ts'
import { tellGroupStory } from './group-story.ts'

test('groups are answered as Apache Kafka answers', async (t) => {
  const golden = join(import.meta.dirname, '..', 'golden', 'group-answers.json')
  const expected = JSON.parse(await readFile(golden, 'utf8')) as Answer[]
  const sessionMs = 300
  await using broker = await startInProcessBroker({
    config: { 'group.min.session.timeout.ms': String(sessionMs) }
  })
  const { host, port } = broker
  const answers = await tellGroupStory({ host, port, sessionMs })
  assert.deepEqual(
    answers.map(({ step }) => step),
    expected.map(({ step }) => step)
  )
  for (const [index, { step, response }] of expected.entries()) {
    await t.test(step, () => assert.deepEqual(answers[index]?.response, response))
  }
})
