// The shop as its customers and neighbours see it: HTTP, events on the log, and databases.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createClient, jsonCodec, stringCodec } from '@naru/client'
import { audit, settled } from '../src/audit.ts'
import { get, orderAndWait, post, until } from '../src/customer.ts'
import { type TestShop, openTestShop, query } from './test-shop.ts'

let shop: TestShop
before(async () => (shop = await openTestShop()))
after(() => shop.stop())

const latte = { drink: 'latte', customer: '지민' }

test('an-order-is-accepted-at-once-and-served-afterwards', async () => {
  const { status, body } = await post(`${shop.orders}/orders`, latte)
  assert.equal(status, 202)
  assert.deepEqual(Object.keys(body), ['orderId'])
  const url = `${shop.orders}/orders/${String(body['orderId'])}`
  const first = await get(url)
  assert.equal(first.status, 200)
  assert.ok(['placed', 'brewing', 'ready'].includes(String(first.body['status'])))
  await until(async () => (await get(url)).body['status'] === 'ready')
  assert.equal((await get(url)).body['customer'], '지민')
})

const wrong: ReadonlyArray<readonly [name: string, body: unknown, status: number]> = [
  ['a-drink-that-nobody-makes', { drink: 'tea', customer: 'Jimin' }, 400],
  ['an-order-without-a-name', { drink: 'latte' }, 400],
  ['an-order-for-a-name-of-blanks', { drink: 'latte', customer: '   ' }, 400],
  ['a-body-that-is-no-json', '{"drink"', 400],
  ['a-body-that-is-too-large', { drink: 'latte', customer: 'x'.repeat(20_000) }, 413]
]

for (const [name, body, expected] of wrong) {
  test(`${name}-is-refused-with-problem-details`, async () => {
    const answer = await post(`${shop.orders}/orders`, body)
    assert.deepEqual([answer.status, answer.type], [expected, 'application/problem+json'])
    assert.equal(answer.body['status'], expected)
    for (const field of ['type', 'title', 'detail']) assert.equal(typeof answer.body[field], 'string')
  })
}

test('an-order-that-nobody-placed-and-a-page-that-is-not-there-are-problems-too', async () => {
  for (const path of ['/orders/7d3b1d9e-0000-4000-8000-000000000000', '/orders/x', '/nothing']) {
    const answer = await get(`${shop.orders}${path}`)
    assert.deepEqual([answer.status, answer.type], [404, 'application/problem+json'])
  }
})

test('a-page-of-another-site-cannot-order', async () => {
  const response = await fetch(`${shop.orders}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://elsewhere.example' },
    body: JSON.stringify(latte)
  })
  assert.equal(response.status, 403)
})

test('events-are-cloudevents-that-any-kafka-client-reads', async () => {
  const orderId = await orderAndWait(shop.orders)
  await using client = createClient({ bootstrap: shop.bootstrap })
  const consumer = client.consumer({
    topics: 'orders',
    from: 'earliest',
    to: 'end',
    key: stringCodec,
    value: jsonCodec<Record<string, unknown>>()
  })
  for await (const { key, value, headers } of consumer.records()) {
    if (key !== orderId) continue
    const texts = Object.fromEntries(
      headers.map(([name, bytes]) => [name, Buffer.from(bytes ?? []).toString()])
    )
    assert.deepEqual(value, { orderId, drink: 'latte', customer: 'Jimin' })
    assert.equal(texts['ce_type'], 'coffee-shop.order-placed')
    assert.equal(texts['ce_specversion'], '1.0')
    assert.equal(texts['content-type'], 'application/json')
    return
  }
  assert.fail('the order is not in the topic')
})

test('a-service-cannot-open-the-database-of-its-neighbour', async () => {
  const url = new URL(shop.databaseUrl('barista'))
  url.pathname = '/order_taker'
  await assert.rejects(query(url.href, 'select 1'), { code: '42501' })
})

test('everybody-was-served-once-and-the-board-equals-its-rebuild', async () => {
  const accepted = await Promise.all(
    Array.from({ length: 20 }, async () =>
      String((await post(`${shop.orders}/orders`, latte)).body['orderId'])
    )
  )
  await settled(shop, 60_000)
  assert.deepEqual((await audit(shop, accepted)).problems, [])
})

test('orders-are-taken-without-baristas-and-made-when-they-come-back', async () => {
  await shop.supervisor.scale('barista', 0)
  const { status, body } = await post(`${shop.orders}/orders`, latte)
  assert.equal(status, 202)
  await shop.supervisor.scale('barista', 1)
  const url = `${shop.orders}/orders/${String(body['orderId'])}`
  await until(async () => (await get(url)).body['status'] === 'ready', 60_000)
})
