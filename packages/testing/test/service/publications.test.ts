/** Delayed events, requests with replies, and what services offer beside their handlers. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { createClient } from '@naru/client'
import { ServiceError, defineEvent, defineService } from '@naru/service'
import { createTestBroker } from '@naru/testing'
import { z } from 'zod'

const rung = defineEvent({
  name: 'test.rung',
  version: 1,
  topic: 'bells',
  key: ({ bell }) => bell,
  schema: z.object({ bell: z.string() })
})

const priceAsked = defineEvent({
  name: 'price.asked',
  version: 1,
  topic: 'asked',
  schema: z.object({ drink: z.string() })
})
const priceTold = defineEvent({
  name: 'price.told',
  version: 1,
  topic: 'told',
  schema: z.object({ won: z.number() })
})

const fast = {
  heartbeatMs: 50,
  sessionTimeoutMs: 6_000,
  retry: { attempts: 2, backoffMs: 5, backoffMsMax: 20 }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1_000, 'waited for 10 seconds')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('a delayed event comes when it is due, once, also when its service was restarted in between', async () => {
  await using broker = await createTestBroker({ topics: ['bells'] })
  const open = { name: 'ringer', bootstrap: broker.bootstrap, ...fast }
  const first = await defineService(open).start()
  const startMs = Date.now()
  await first.publish(rung, { bell: 'soon' }, { delayMs: 100 })
  await broker.waitForRecords('bells', 1)
  assert.ok(Date.now() - startMs >= 100)
  await first.publish(rung, { bell: 'later' }, { at: new Date(Date.now() + 800) })
  await first.stop()
  assert.equal((await broker.read('bells')).length, 1)
  const second = defineService(open)
  const heard: string[] = []
  second.on(rung, ({ bell }) => void heard.push(bell))
  await using _running = await second.start()
  await until(() => heard.includes('later'))
  assert.deepEqual(heard.toSorted(), ['later', 'soon'])
  const [, later] = await broker.read('bells')
  assert.equal(later?.headers['ce_type'], 'test.rung')
  assert.equal(later?.headers['naru-due'], undefined)
  assert.equal(later?.key, 'later')
})

test('a request gets the reply of its handler, an error when that gives up, and an end when nobody answers', async () => {
  await using broker = await createTestBroker({ topics: ['asked', 'bells'] })
  const menu = defineService({ name: 'menu', bootstrap: broker.bootstrap, ...fast })
  menu.onRequest(priceAsked, priceTold, ({ drink }) => {
    if (drink === 'tea') throw new Error('no tea')
    return { won: 4_500 }
  })
  await using _menu = await menu.start()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  assert.deepEqual(await till.request(priceAsked, priceTold, { drink: 'latte' }), { won: 4_500 })
  await assert.rejects(till.request(priceAsked, priceTold, { drink: 'tea' }), (error: unknown) => {
    return error instanceof ServiceError && error.code === 'REQUEST_FAILED' && error.message === 'no tea'
  })
  const silent = till.request(rung, priceTold, { bell: 'x' }, { timeoutMs: 100 })
  await assert.rejects(silent, { code: 'REQUEST_TIMED_OUT' })
})

test('requests are answered again after the topic of replies was lost', async () => {
  await using broker = await createTestBroker()
  const { bootstrap } = broker
  const menu = defineService({ name: 'menu', bootstrap, ...fast, client: { requestTimeoutMs: 2_000 } })
  menu.onRequest(priceAsked, priceTold, () => ({ won: 4_500 }))
  await using _menu = await menu.start()
  assert.deepEqual(await menu.request(priceAsked, priceTold, { drink: 'latte' }), { won: 4_500 })
  const client = createClient({ bootstrap })
  const replies = (await client.admin.listTopics()).filter(({ topic }) => topic.includes('.replies.'))
  await client.admin.deleteTopics(replies.map(({ topic }) => topic))
  await client.close()
  let answer: unknown
  for (let tries = 0; answer === undefined && tries < 20; tries++) {
    answer = await menu
      .request(priceAsked, priceTold, { drink: 'latte' }, { timeoutMs: 1_000 })
      .catch(() => undefined)
  }
  assert.deepEqual(answer, { won: 4_500 })
})

test('handlers are replaced in place, without a rebalance', async () => {
  await using broker = await createTestBroker({ topics: ['bells'] })
  const heard: string[] = []
  const service = defineService({ name: 'ringer', bootstrap: broker.bootstrap, ...fast })
  service.on(rung, ({ bell }) => void heard.push(`old ${bell}`))
  await using running = await service.start()
  await running.publish(rung, { bell: 'a' })
  await until(() => heard.length === 1)
  const joins = broker.faults.observe({ api: 'JoinGroup' })
  running.reload((next) => next.on(rung, ({ bell }) => void heard.push(`new ${bell}`)))
  await running.publish(rung, { bell: 'b' })
  await until(() => heard.length === 2)
  assert.deepEqual(heard, ['old a', 'new b'])
  assert.equal(joins.hits, 0)
  assert.throws(() => running.reload((next) => next.on(priceAsked, () => undefined)), /keeps the topics/)
  assert.equal((await running.health()).status, 'ok')
})

test('options that do not exist are refused with the nearest one, and a service starts once', async () => {
  assert.throws(() => defineService({ name: 'x', deadlinMs: 5 } as never), /deadlineMs/)
  assert.throws(() => defineService({ name: 'a.b' }), { code: 'INVALID_OPTION' })
  assert.throws(() => defineEvent({ name: 'Not A Name', version: 1, topic: 'x', schema: z.object({}) }), {
    code: 'INVALID_EVENT'
  })
  const service = defineService({ name: 'x', bootstrap: '127.0.0.1:1', startMs: 300 })
  await assert.rejects(service.start(), { code: 'NO_BROKER' })
  await assert.rejects(service.publish(rung, { bell: 'x' }), { code: 'NOT_STARTED' })
})

test('a program without a broker ends with one sentence in the language of its reader', () => {
  const source = `import { defineService } from '@naru/service'
    await defineService({ name: 'barista', bootstrap: '127.0.0.1:1', startMs: 300 }).start()`
  const tell = (language: string): string =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: import.meta.dirname,
      env: { ...process.env, NARU_LANG: language },
      encoding: 'utf8'
    }).stderr
  assert.match(
    tell('en'),
    /service barista finds no Kafka broker at 127\.0\.0\.1:1 \(ECONNREFUSED\): start one/
  )
  assert.match(tell('ko'), /서비스 barista: 127\.0\.0\.1:1에서 응답하는 Kafka 브로커가 없습니다/)
  assert.doesNotMatch(tell('en'), /\n\s+at |cause|retriable/)
})

test('a service that is stopped while it starts begins nothing', async () => {
  const service = defineService({ name: 'x', bootstrap: '127.0.0.1:1', startMs: 20_000 })
  const started = assert.rejects(service.start(), { code: 'CLOSED' })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const beganMs = performance.now()
  await service.stop()
  await started
  await service.ended
  assert.ok(performance.now() - beganMs < 2_000)
  assert.equal((await service.health()).state, 'stopped')
})
