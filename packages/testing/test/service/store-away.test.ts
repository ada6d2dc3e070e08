/** A database that is away is nobody's fault: no record goes to the dead letters for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Store, type Transaction, defineEvent, defineService } from '@naru/service'
import { createTestBroker } from '@naru/testing'
import { z } from 'zod'

const placed = defineEvent({
  name: 'coffee.order-placed',
  version: 1,
  topic: 'orders',
  key: (order) => order.orderId,
  schema: z.object({ orderId: z.string() })
})

const sqlError = (code: string): Error => Object.assign(new Error(`SQLSTATE ${code}`), { code })

/** Fails so often, and then does what it should; it knows every event as new. */
function failingStore(
  failures: number,
  where: { readonly transaction?: Error; readonly mark?: Error }
): Store {
  let left = failures
  const fail = (error: Error | undefined): void => {
    if (error !== undefined && left-- > 0) throw error
  }
  const transaction: Transaction = { query: () => Promise.resolve([]), native: undefined }
  return {
    database: {
      async transaction(work) {
        fail(where.transaction)
        return work(transaction)
      },
      query: () => Promise.resolve([]),
      listen: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() })
    },
    inbox: {
      async mark() {
        fail(where.mark)
        return true
      }
    },
    outbox: {
      write: () => Promise.resolve(),
      relay: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() })
    },
    open: () => Promise.resolve(),
    check: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve()
  }
}

test('a relay that does not come to its end holds up no stop', async () => {
  await using broker = await createTestBroker({ topics: [{ name: 'orders', partitions: 1 }] })
  const store = failingStore(0, {})
  const endless = { [Symbol.asyncDispose]: () => new Promise<void>(() => undefined) }
  const outbox = { ...store.outbox, relay: () => Promise.resolve(endless) }
  const till = defineService({ name: 'till', bootstrap: broker.bootstrap, store: { ...store, outbox } })
  const running = await till.start()
  await running.stop()
})

async function handledWith(store: Store): Promise<'handled' | 'dead letter'> {
  await using broker = await createTestBroker({ topics: [{ name: 'orders', partitions: 1 }] })
  const retry = { attempts: 3, backoffMs: 1, backoffMsMax: 5 }
  const fast = { heartbeatMs: 50, sessionTimeoutMs: 6_000, retry }
  const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap, store, ...fast })
  const handled = Promise.withResolvers<'handled'>()
  barista.on(placed, () => handled.resolve('handled'))
  await using _running = await barista.start()
  await using till = await defineService({ name: 'till', bootstrap: broker.bootstrap }).start()
  await till.publish(placed, { orderId: 'o-1' })
  const letter = broker.waitForRecords('orders.barista.dlq', 1).then(() => 'dead letter' as const)
  // Whichever comes second ends with the broker.
  letter.catch(() => undefined)
  return await Promise.race([handled.promise, letter])
}

test('a database that cannot be reached for more tries than there are costs no record', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  assert.equal(await handledWith(failingStore(10, { transaction: refused })), 'handled')
})

test('a database that shuts down under the first statement costs none either', async () => {
  assert.equal(await handledWith(failingStore(10, { mark: sqlError('57P01') })), 'handled')
})

test('a database that refuses what is in the record is asked no more often than a handler is', async () => {
  assert.equal(await handledWith(failingStore(10, { mark: sqlError('22021') })), 'dead letter')
})
