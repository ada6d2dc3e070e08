/** Services on a real broker: typed events in, effects out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PermanentError, defineEvent, defineService } from '@naru/service'
import { createTestBroker, type TestBroker } from '@naru/testing'
import { z } from 'zod'

const placed = defineEvent({
  name: 'coffee.order-placed',
  version: 1,
  topic: 'orders',
  key: (order) => order.orderId,
  schema: z.object({ orderId: z.string(), drink: z.string() })
})

const ready = defineEvent({
  name: 'coffee.order-ready',
  version: 1,
  topic: 'ready',
  key: (order) => order.orderId,
  schema: z.object({ orderId: z.string() })
})

const fast = { heartbeatMs: 50, sessionTimeoutMs: 6_000, retry: { backoffMs: 5, backoffMsMax: 20 } }

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    assert.ok(tries < 1_000, 'waited for 10 seconds')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const withTopics = (): Promise<TestBroker> =>
  createTestBroker({
    topics: [
      { name: 'orders', partitions: 2 },
      { name: 'ready', partitions: 2 }
    ]
  })

test('a handler gets what was published, and what it publishes follows from it', async () => {
  await using broker = await withTopics()
  const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap, ...fast })
  const seen: string[] = []
  barista.on(placed, async (order, { publish, event, key, attempt }) => {
    assert.equal(event.type, 'coffee.order-placed')
    assert.equal(event.source, '/till')
    assert.equal(key, order.orderId)
    assert.equal(attempt, 1)
    seen.push(order.drink)
    await publish(ready, { orderId: order.orderId })
  })
  await using _running = await barista.start()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  await till.publish(placed, { orderId: 'o-1', drink: 'latte' })
  const [record] = await broker.waitForRecords('ready', 1)
  assert.deepEqual(seen, ['latte'])
  assert.equal(record?.value, '{"orderId":"o-1"}')
  assert.equal(record?.key, 'o-1')
  assert.equal(record?.headers['ce_specversion'], '1.0')
  assert.equal(record?.headers['ce_type'], 'coffee.order-ready')
  assert.equal(record?.headers['ce_source'], '/barista')
  assert.equal(record?.headers['ce_subject'], 'o-1')
  assert.equal(record?.headers['content-type'], 'application/json')
  const [cause] = await broker.read('orders')
  assert.match(record?.headers['traceparent'] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  assert.equal(record?.headers['traceparent']?.slice(3, 35), cause?.headers['traceparent']?.slice(3, 35))
})

test('publishing what breaks the schema is refused with the field', async () => {
  await using broker = await withTopics()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  await assert.rejects(till.publish(placed, { orderId: 'o-1', drink: 3 as never }), (error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error && 'field' in error)
    assert.equal(error.code, 'INVALID_PAYLOAD')
    assert.equal(error.field, 'drink')
    return true
  })
  assert.deepEqual(await broker.read('orders'), [])
})

test('a failing key is retried with its later records behind it, while others go on', async () => {
  await using broker = await withTopics()
  const order: string[] = []
  let failures = 0
  const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap, ...fast })
  barista.on(placed, ({ orderId, drink }) => {
    if (orderId === 'bad' && failures++ < 5) throw new Error('no milk')
    order.push(`${orderId}:${drink}`)
  })
  await using _running = await barista.start()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  for (const [orderId, drink] of [
    ['bad', '1'],
    ['bad', '2'],
    ['good', '1'],
    ['good', '2']
  ] as const) {
    await till.publish(placed, { orderId, drink })
  }
  await until(() => order.length === 4)
  assert.deepEqual(
    order.filter((line) => line.startsWith('good')),
    ['good:1', 'good:2']
  )
  assert.deepEqual(
    order.filter((line) => line.startsWith('bad')),
    ['bad:1', 'bad:2']
  )
  assert.ok(order.indexOf('good:2') < order.indexOf('bad:1'))
})

test('after its last try a record is in the dead letters with cause and origin, and its key goes on', async () => {
  await using broker = await withTopics()
  const done: string[] = []
  const barista = defineService({
    name: 'barista',
    bootstrap: broker.bootstrap,
    ...fast,
    retry: { attempts: 3, backoffMs: 1 }
  })
  barista.on(placed, ({ drink }) => {
    if (drink === 'poison') throw new TypeError('undrinkable')
    if (drink === 'never') throw new PermanentError('not on the menu')
    // oxlint-disable-next-line typescript/only-throw-error
    if (drink === 'odd') throw 'a string'
    done.push(drink)
  })
  await using _running = await barista.start()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  for (const drink of ['poison', 'never', 'odd', 'latte']) await till.publish(placed, { orderId: 'o', drink })
  await until(() => done.length === 1)
  const letters = await broker.waitForRecords('orders.barista.dlq', 3)
  assert.deepEqual(
    letters.map(({ value }) => (JSON.parse(value ?? '') as { drink: string }).drink),
    ['poison', 'never', 'odd']
  )
  assert.deepEqual(
    letters.map(({ headers }) => headers['naru-attempts']),
    ['3', '1', '3']
  )
  const [poison, never, odd] = letters
  assert.equal(poison?.headers['naru-error-code'], 'TypeError')
  assert.equal(poison?.headers['naru-error-message'], 'undrinkable')
  assert.match(poison?.headers['naru-error-stack'] ?? '', /handlers\.test\.ts/)
  assert.equal(poison?.headers['naru-origin-topic'], 'orders')
  assert.equal(poison?.headers['naru-origin-offset'], '0')
  assert.equal(poison?.headers['naru-group'], 'barista')
  assert.equal(poison?.headers['ce_type'], 'coffee.order-placed')
  assert.equal(never?.headers['naru-error-code'], 'PermanentError')
  assert.match(odd?.headers['naru-error-message'] ?? '', /threw no Error: a string/)
})

test('a payload that breaks its schema, and a value that is no JSON, are dead letters after one try', async () => {
  await using broker = await withTopics()
  const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap, ...fast })
  barista.on(placed, () => assert.fail('nothing of this is an order'))
  await using _running = await barista.start()
  await using till = await defineService({
    name: 'till',
    bootstrap: broker.bootstrap,
    ...fast,
    contracts: false
  }).start()
  const loose = defineEvent({
    name: placed.name,
    version: 1,
    topic: 'orders',
    schema: z.object({ size: z.number() })
  })
  await till.publish(loose, { size: 3 })
  const [letter] = await broker.waitForRecords('orders.barista.dlq', 1)
  assert.equal(letter?.headers['naru-error-code'], 'INVALID_PAYLOAD')
  assert.equal(letter?.headers['naru-error-field'], 'orderId')
  assert.equal(letter?.headers['naru-attempts'], '1')
})

test('types that nobody handles are skipped, or dead letters if the service says so', async () => {
  await using broker = await withTopics()
  const done: string[] = []
  const other = defineEvent({
    name: 'coffee.cancelled',
    version: 1,
    topic: 'orders',
    key: () => 'o',
    schema: z.object({})
  })
  const later = defineEvent({
    name: placed.name,
    version: 2,
    topic: 'orders',
    key: () => 'o',
    schema: z.object({ orderId: z.string(), drink: z.string(), size: z.string() })
  })
  await using easy = defineService({ name: 'easy', bootstrap: broker.bootstrap, ...fast })
  easy.on(placed, ({ drink }) => void done.push(drink))
  await using strict = defineService({
    name: 'strict',
    bootstrap: broker.bootstrap,
    ...fast,
    onUnknownType: 'dead-letter',
    onUnknownVersion: 'dead-letter'
  })
  strict.on(placed, ({ drink }) => void done.push(`strict ${drink}`))
  await Promise.all([easy.start(), strict.start()])
  await using till = await defineService({
    name: 'till',
    bootstrap: broker.bootstrap,
    ...fast,
    contracts: false
  }).start()
  await till.publish(other, {})
  await till.publish(later, { orderId: 'o', drink: 'mocha', size: 'XL' })
  await till.publish(placed, { orderId: 'o', drink: 'latte' })
  await until(() => done.length === 3)
  assert.deepEqual(
    done.filter((line) => !line.startsWith('strict')),
    ['mocha', 'latte']
  )
  const letters = await broker.waitForRecords('orders.strict.dlq', 2)
  assert.deepEqual(
    letters.map(({ headers }) => headers['naru-error-code']),
    ['UNKNOWN_EVENT', 'UNKNOWN_EVENT']
  )
  assert.deepEqual(await broker.read('orders.easy.dlq'), [])
})

test('a handler that hangs is a failed try, and holds up neither its key for ever nor the stop', async () => {
  await using broker = await withTopics()
  let tries = 0
  let aborted = 0
  const done: string[] = []
  const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap, ...fast, stopMs: 200 })
  barista.on(
    placed,
    ({ drink }, { signal }) => {
      if (drink === 'hang' && tries++ < 1) {
        signal.addEventListener('abort', () => aborted++)
        return new Promise(() => undefined)
      }
      if (drink === 'hang for ever') return new Promise(() => undefined)
      done.push(drink)
      return undefined
    },
    { deadlineMs: 100 }
  )
  await barista.start()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  await till.publish(placed, { orderId: 'o', drink: 'hang' })
  await until(() => done.length === 1)
  assert.equal(aborted, 1)
  await till.publish(placed, { orderId: 'o', drink: 'hang for ever' })
  await until(async () => (await barista.health()).running === 1)
  const startedMs = performance.now()
  await barista.stop()
  assert.ok(performance.now() - startedMs < 3_000)
})

test('a batch handler gets what is there, and a failing record is found among its neighbours', async () => {
  await using broker = await withTopics()
  const sizes: number[] = []
  const done: string[] = []
  const barista = defineService({
    name: 'barista',
    bootstrap: broker.bootstrap,
    ...fast,
    retry: { attempts: 2, backoffMs: 1 }
  })
  barista.onBatch(
    placed,
    (orders) => {
      sizes.push(orders.length)
      if (orders.some(({ drink }) => drink === 'poison')) throw new Error('undrinkable')
      for (const { orderId, drink } of orders) done.push(`${orderId}:${drink}`)
    },
    { max: 50 }
  )
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap, ...fast }).start()
  await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      till.publish(placed, { orderId: `o-${i % 10}`, drink: i === 55 ? 'poison' : String(i) })
    )
  )
  await using _running = await barista.start()
  await until(() => done.length >= 99)
  assert.equal(new Set(done).size, 99)
  assert.ok(Math.max(...sizes) > 5 && Math.max(...sizes) <= 50)
  for (let key = 0; key < 10; key++) {
    const own = done.filter((line) => line.startsWith(`o-${key}:`)).map((line) => Number(line.split(':')[1]))
    assert.deepEqual(
      own,
      own.toSorted((a, b) => a - b)
    )
  }
  assert.equal((await broker.waitForRecords('orders.barista.dlq', 1)).length, 1)
})

test('one payload that breaks the schema takes none of its batch along', async () => {
  await using broker = await withTopics()
  const done: string[] = []
  const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap, ...fast })
  barista.onBatch(placed, (orders) => void done.push(...orders.map(({ drink }) => drink)))
  const open = { bootstrap: broker.bootstrap, ...fast, contracts: false }
  await using till = await defineService({ name: 'till', ...open }).start()
  const loose = defineEvent({
    name: placed.name,
    version: 1,
    topic: 'orders',
    key: () => 'o',
    schema: z.object({ size: z.number() })
  })
  await till.publish(placed, { orderId: 'o', drink: 'latte' })
  await till.publish(loose, { size: 3 })
  await till.publish(placed, { orderId: 'o', drink: 'mocha' })
  await using _running = await barista.start()
  await until(() => done.length === 2)
  assert.deepEqual(done, ['latte', 'mocha'])
  assert.equal((await broker.waitForRecords('orders.barista.dlq', 1)).length, 1)
})

test('a handler that a stop interrupts is no failure of its record', async () => {
  await using broker = await withTopics()
  const done: string[] = []
  const once = { name: 'barista', bootstrap: broker.bootstrap, ...fast, stopMs: 50, retry: { attempts: 1 } }
  const slow = defineService(once)
  slow.on(placed, () => new Promise(() => undefined))
  await slow.start()
  await slow.publish(placed, { orderId: 'o', drink: 'latte' })
  await until(async () => (await slow.health()).running === 1)
  await slow.stop()
  const next = defineService(once)
  next.on(placed, ({ drink }) => void done.push(drink))
  await using _running = await next.start()
  await until(() => done.length === 1)
  assert.deepEqual(await broker.read('orders.barista.dlq'), [])
})
