/** Services that stop, die and come back, with the work that goes on or is redone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, stringCodec } from '@naru/client'
import { type Service, defineEvent, defineService } from '@naru/service'
import { createTestBroker, type TestBroker } from '@naru/testing'
import { z } from 'zod'

const counted = defineEvent({
  name: 'test.counted',
  version: 1,
  topic: 'counts',
  key: ({ key }) => key,
  schema: z.object({ key: z.string(), n: z.number() })
})

const fast = {
  heartbeatMs: 50,
  sessionTimeoutMs: 1_000,
  rebalanceTimeoutMs: 6_000,
  drainMs: 2_000,
  retry: { backoffMs: 5, backoffMsMax: 20 }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    assert.ok(tries < 2_000, 'waited for 20 seconds')
    await pause(10)
  }
}

const withTopic = (): Promise<TestBroker> =>
  createTestBroker({
    config: { 'group.min.session.timeout.ms': '500' },
    topics: [{ name: 'counts', partitions: 4 }]
  })

async function publishMany(bootstrap: string, keys: number, each: number): Promise<void> {
  await using source = await defineService({ name: 'source', bootstrap, ...fast }).start()
  const all: Array<Promise<string>> = []
  for (let n = 0; n < each; n++) {
    for (let key = 0; key < keys; key++) all.push(source.publish(counted, { key: `k${key}`, n }))
  }
  await Promise.all(all)
}

/** Every try, in the order of their start, by key. */
class Seen {
  readonly byKey = new Map<string, number[]>()
  count = 0

  add({ key, n }: { readonly key: string; readonly n: number }): void {
    const list = this.byKey.get(key) ?? []
    list.push(n)
    this.byKey.set(key, list)
    this.count++
  }

  assertInOrderAndOnce(keys: number, each: number): void {
    assert.equal(this.byKey.size, keys)
    for (const [key, list] of this.byKey) {
      assert.deepEqual(
        list,
        Array.from({ length: each }, (_, n) => n),
        key
      )
    }
  }
}

test('a graceful restart in the middle redoes no finished record and keeps the order per key', async () => {
  await using broker = await withTopic()
  await publishMany(broker.bootstrap, 100, 10)
  const seen = new Seen()
  const start = (): Promise<Service> => {
    const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, ...fast })
    service.on(counted, async (data) => {
      await pause(Math.random() * 20)
      seen.add(data)
    })
    return service.start()
  }
  for (let round = 1; round <= 3; round++) {
    const service = await start()
    await until(() => seen.count >= round * 200)
    await service.stop()
  }
  await using _last = await start()
  await until(() => seen.count >= 1_000)
  await pause(300)
  seen.assertInOrderAndOnce(100, 10)
})

/** A database without tables: what matters is how many transactions it can have, and when it has them. */
function slowStore(transactionsMax: number | undefined) {
  const seen = { open: 0, openMax: 0, begunMax: Infinity }
  const database = {
    transaction: async <T>(work: (transaction: never) => Promise<T>): Promise<T> => {
      while (seen.open >= seen.begunMax) await pause(5)
      seen.open++
      seen.openMax = Math.max(seen.openMax, seen.open)
      try {
        return await work({} as never)
      } finally {
        seen.open--
      }
    },
    query: () => Promise.resolve([]),
    listen: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() })
  }
  const store = {
    database,
    inbox: { mark: () => Promise.resolve(true) },
    outbox: {
      write: () => Promise.resolve(),
      relay: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() })
    },
    transactionsMax,
    open: () => Promise.resolve(),
    check: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve()
  }
  return { store, seen }
}

test('handlers wait for their turn and not for a connection of the store', async () => {
  await using broker = await withTopic()
  await publishMany(broker.bootstrap, 50, 2)
  const { store, seen } = slowStore(3)
  let done = 0
  const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, store, ...fast })
  service.on(counted, async () => {
    await pause(5)
    done++
  })
  await using _running = await service.start()
  await until(() => done === 100)
  assert.equal(seen.openMax, 3)
})

test('a try that still waits for a connection when the service stops never begins', async () => {
  await using broker = await withTopic()
  await publishMany(broker.bootstrap, 8, 1)
  const { store, seen } = slowStore(undefined)
  seen.begunMax = 1
  let begun = 0
  const release = Promise.withResolvers<void>()
  const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, store, ...fast, stopMs: 50 })
  service.on(counted, async () => {
    begun++
    await release.promise
  })
  await service.start()
  await until(() => begun === 1)
  await service.stop()
  release.resolve()
  await pause(100)
  assert.equal(begun, 1)
})

test('members that come and go hand over what they have finished, and nothing is done twice', async () => {
  await using broker = await withTopic()
  await publishMany(broker.bootstrap, 100, 20)
  const seen = new Seen()
  const start = (): Promise<Service> => {
    const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, ...fast })
    service.on(counted, async (data) => {
      await pause(20 + Math.random() * 20)
      seen.add(data)
    })
    return service.start()
  }
  await using _first = await start()
  await until(() => seen.count > 50)
  const second = await start()
  await until(() => seen.count > 700)
  await using _third = await start()
  await second.stop()
  await until(() => seen.count >= 2_000)
  await pause(300)
  seen.assertInOrderAndOnce(100, 20)
})

test('after a kill only what was not committed is redone, in order per key', async () => {
  await using broker = await withTopic()
  await publishMany(broker.bootstrap, 50, 20)
  const first = new Seen()
  const second = new Seen()
  const start = (seen: Seen): Promise<Service> => {
    const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, ...fast, commitMs: 20 })
    service.on(counted, async (data) => {
      await pause(5 + Math.random() * 10)
      seen.add(data)
    })
    return service.start()
  }
  const dying = await start(first)
  await until(() => first.count > 400)
  await dying.kill()
  await using _next = await start(second)
  await until(() => [...second.byKey.values()].filter((list) => list.at(-1) === 19).length === 50)
  let redone = 0
  for (const [key, list] of second.byKey) {
    const before = first.byKey.get(key) ?? []
    assert.deepEqual(
      list,
      list.toSorted((a, b) => a - b)
    )
    assert.ok((list[0] ?? 0) <= before.length, `${key} lost a record`)
    redone += before.length - (list[0] ?? 0)
  }
  assert.ok(redone < 300, `${redone} of ${first.count} were redone`)
})

/** A counter that never gives a record up, and moves keys that fail for so long to the retry topic. */
function startParking(
  broker: TestBroker,
  parkMs: number,
  handle: (payload: { readonly key: string; readonly n: number }) => void
): Promise<Service> {
  const retry = { backoffMs: 20, backoffMsMax: 50, parkMs, attempts: 10_000 }
  const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, ...fast, retry })
  service.on(counted, handle)
  return service.start()
}

test('a key that fails for long moves to the retry topic with what waits behind it, in order, also through a restart', async () => {
  await using broker = await withTopic()
  const seen: string[] = []
  let isBroken = true
  const start = (): Promise<Service> =>
    startParking(broker, 60, ({ key, n }) => {
      if (key === 'bad' && isBroken) throw new Error('broken')
      seen.push(`${key}:${n}`)
    })
  const first = await start()
  await using source = await defineService({ name: 'source', bootstrap: broker.bootstrap, ...fast }).start()
  for (let n = 0; n < 5; n++) await source.publish(counted, { key: 'bad', n })
  await broker.waitForRecords('counts.counter.retry', 5)
  await source.publish(counted, { key: 'good', n: 0 })
  await source.publish(counted, { key: 'bad', n: 5 })
  const moved = await broker.waitForRecords('counts.counter.retry', 6)
  assert.deepEqual(
    moved.map(({ value }) => (JSON.parse(value ?? '') as { n: number }).n),
    [0, 1, 2, 3, 4, 5]
  )
  assert.ok(Number(moved[0]?.headers['naru-attempts']) >= 2)
  assert.equal((await first.health()).movedKeys, 1)
  await until(() => seen.includes('good:0'))
  await first.stop()
  await source.publish(counted, { key: 'bad', n: 6 })
  await using second = await start()
  await broker.waitForRecords('counts.counter.retry', 7)
  isBroken = false
  await until(() => seen.length === 8)
  await source.publish(counted, { key: 'bad', n: 7 })
  await until(() => seen.length === 9)
  assert.deepEqual(
    seen.filter((line) => line.startsWith('bad')),
    [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `bad:${n}`)
  )
  await until(async () => (await second.health()).movedKeys === 0)
  assert.equal((await broker.read('counts.counter.retry')).length, 7)
  assert.equal((await broker.read('counts.counter.dlq')).length, 0)
})

test('a key that was moved is not overtaken after its partition has gone and come back', async () => {
  await using broker = await withTopic()
  const keys = Array.from({ length: 12 }, (_, key) => `k${key}`)
  const seen: string[] = []
  let isBroken = true
  const start = (): Promise<Service> =>
    startParking(broker, 40, ({ key, n }) => {
      if (n === 0 && isBroken) throw new Error('broken')
      seen.push(`${key}:${n}`)
    })
  await using first = await start()
  await using source = await defineService({ name: 'source', bootstrap: broker.bootstrap, ...fast }).start()
  await Promise.all(keys.map((key) => source.publish(counted, { key, n: 0 })))
  await broker.waitForRecords('counts.counter.retry', keys.length)
  const second = await start()
  await until(async () => (await second.health()).movedKeys > 0)
  await second.stop()
  await until(async () => (await first.health()).partitions.length === 8)
  await Promise.all(keys.map((key) => source.publish(counted, { key, n: 1 })))
  await broker.waitForRecords('counts.counter.retry', keys.length * 2)
  isBroken = false
  await until(() => seen.length === keys.length * 2)
  for (const key of keys) assert.ok(seen.indexOf(`${key}:0`) < seen.indexOf(`${key}:1`), key)
})

test('a record that is put back waits for the one of its key that runs', async () => {
  await using broker = await withTopic()
  const running = new Set<string>()
  const seen: number[] = []
  let overlaps = 0
  const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, ...fast })
  service.on(counted, async ({ key, n }) => {
    overlaps += running.has(key) ? 1 : 0
    running.add(key)
    await pause(300)
    running.delete(key)
    seen.push(n)
  })
  await using _running = await service.start()
  await service.publish(counted, { key: 'k', n: 1 })
  await until(() => running.size === 1)
  const [{ partition, key, value, headers } = assert.fail()] = await broker.read('counts')
  const producer = createClient({ bootstrap: broker.bootstrap }).producer({
    key: stringCodec,
    value: stringCodec
  })
  const again = { partition, key, value: (value ?? '').replace('1', '2'), headers: Object.entries(headers) }
  await producer.send('counts.counter.retry', [again])
  await until(() => seen.length === 2)
  assert.deepEqual(seen, [1, 2])
  assert.equal(overlaps, 0)
  assert.equal((await service.health()).trouble, undefined)
})

test('the broker may be away at the start and in the middle', async () => {
  await using broker = await withTopic()
  const seen = new Seen()
  const service = defineService({ name: 'counter', bootstrap: broker.bootstrap, ...fast })
  service.on(counted, (data) => seen.add(data))
  await broker.crash()
  const starting = service.start()
  await pause(300)
  await broker.restart()
  await using _running = await starting
  await publishMany(broker.bootstrap, 10, 5)
  await until(() => seen.count === 50)
  await broker.crash()
  await pause(200)
  await broker.restart()
  await publishMany(broker.bootstrap, 10, 5)
  await until(() => seen.count >= 100)
})
