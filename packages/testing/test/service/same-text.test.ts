/**
 * One text for every Kafka: on the embedded broker as it stands, on another one with its address in
 * `NARU_TEST_BOOTSTRAP`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineEvent, defineService } from '@naru/service'
import { createTestKafka, type TestKafka } from '@naru/testing'
import { z } from 'zod'

const fast = {
  heartbeatMs: 100,
  sessionTimeoutMs: 6_000,
  retry: { attempts: 3, backoffMs: 5, backoffMsMax: 20 }
}

function eventsOf(kafka: TestKafka) {
  const shape = { key: z.string(), n: z.number() }
  const named = (base: string) =>
    defineEvent({
      name: `test.${base}`,
      version: 1,
      topic: kafka.name(base),
      key: ({ key }) => key,
      schema: z.object(shape)
    })
  return { asked: named('asked'), told: named('told') }
}

test('what is published has its effect, through restarts, kills, duplicates and poison', async () => {
  await using kafka = await createTestKafka()
  const { asked, told } = eventsOf(kafka)
  const settings = { bootstrap: kafka.bootstrap, partitions: 2, contracts: false, ...fast }
  const source = await kafka.run(() =>
    defineService({ ...settings, name: kafka.name('source'), publishes: [asked, told] })
  )
  const effects: string[] = []
  const seen = new Set<string>()
  const teller = await kafka.run(() =>
    defineService({ ...settings, name: kafka.name('teller') }).on(
      asked,
      async ({ key, n }, { publish, event }) => {
        if (n === 13) throw new Error('unlucky')
        if (seen.has(event.id ?? '')) return
        seen.add(event.id ?? '')
        effects.push(`${key}:${n}`)
        await publish(told, { key, n })
      }
    )
  )
  const publish = (key: string, n: number): Promise<string> => source.service.publish(asked, { key, n })
  for (let n = 0; n < 5; n++) for (const key of ['a', 'b']) await publish(key, n)
  await kafka.waitForRecords(told.topic, 10)
  await teller.restart()
  for (let n = 5; n < 10; n++) for (const key of ['a', 'b']) await publish(key, n)
  await kafka.waitForRecords(told.topic, 20)
  await teller.kill()
  await publish('a', 13)
  await publish('a', 10)
  await teller.restart()
  const letters = await kafka.waitForRecords(`${asked.topic}.${teller.service.name}.dlq`, 1)
  assert.equal(letters[0]?.headers['naru-error-message'], 'unlucky')
  await kafka.duplicate(asked.topic)
  await publish('b', 10)
  while (!effects.includes('b:10')) await new Promise((resolve) => setTimeout(resolve, 20))
  for (const key of ['a', 'b']) {
    const own = effects.filter((line) => line.startsWith(key))
    assert.deepEqual(
      own,
      Array.from({ length: 11 }, (_, n) => `${key}:${n}`)
    )
  }
})

test('exactly once in the log, with nothing of what was aborted', async () => {
  await using kafka = await createTestKafka()
  const { asked, told } = eventsOf(kafka)
  const settings = { bootstrap: kafka.bootstrap, partitions: 2, contracts: false, ...fast }
  const source = await kafka.run(() =>
    defineService({ ...settings, name: kafka.name('source'), publishes: [asked, told] })
  )
  await kafka.run(() =>
    defineService({ ...settings, name: kafka.name('teller'), exactlyOnce: true }).on(
      asked,
      (data, { publish }) => publish(told, data)
    )
  )
  const got: number[] = []
  await kafka.run(() =>
    defineService({ ...settings, name: kafka.name('sink'), exactlyOnce: true }).on(
      told,
      ({ n }) => void got.push(n)
    )
  )
  for (let n = 0; n < 50; n++) await source.service.publish(asked, { key: 'k', n })
  while (got.length < 50) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(
    got,
    Array.from({ length: 50 }, (_, n) => n)
  )
})
