/** Who may open and end transactions: guards, epochs, coordinators, sequences, limits. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import type { AppendResult, Storage, TransactionGuardResult, TransactionVersion } from '../ports/index.ts'
import { append, createTopic, end, type OpenSuiteEngine } from './engine.ts'
import { inTransaction } from './transaction-cases.ts'
import { withEngine } from './with-engine.ts'

interface Sent {
  readonly topicId: Uuid
  readonly epoch?: number
  readonly sequence?: number
  readonly guard?: TransactionGuardResult
  readonly version?: TransactionVersion
}

const id = 7

export function transactionRuleCases(open: OpenSuiteEngine): void {
  it('lets a transaction begin only with a guard that no marker has overtaken', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      assert.equal(await send(storage, { topicId }), 'transaction-not-verified')
      const stale = check(storage, { topicId })
      assert.deepEqual(check(storage, { topicId }), stale, 'one guard at a time')
      await end(storage, { topicId, producer: { id, epoch: 0 }, type: 'abort' })
      assert.equal(await send(storage, { topicId, guard: stale }), 'transaction-not-verified')
      const guard = check(storage, { topicId })
      assert.notDeepEqual(guard, stale)
      assert.equal(await send(storage, { topicId, guard }), 'appended')
      assert.deepEqual(check(storage, { topicId, sequence: 1 }), { kind: 'ongoing' })
      assert.equal(await send(storage, { topicId, sequence: 1 }), 'appended')
      assert.equal(await send(storage, { topicId, sequence: 1 }), 'duplicate')
      await end(storage, { topicId, producer: { id, epoch: 0 }, type: 'commit' })
      assert.equal(await send(storage, { topicId, sequence: 2 }), 'transaction-not-verified')
      assert.equal(await send(storage, { topicId, sequence: 2, guard }), 'transaction-not-verified')
      assert.deepEqual(
        check(storage, { topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' as Uuid }).kind,
        'unknown-partition'
      )
    })
  })

  it('fences late batches by the epoch of a marker, and keeps the guard of the next transaction', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: id, values: ['a'] })
      const marker = { topicId, producer: { id, epoch: 1 }, type: 'commit', version: 2 } as const
      assert.equal(await end(storage, marker), 'appended')
      assert.equal(await send(storage, { topicId, sequence: 1 }), 'fenced')
      assert.deepEqual(check(storage, { topicId, sequence: 1 }), { kind: 'fenced' })
      const guard = check(storage, { topicId, epoch: 1, version: 2 })
      assert.equal(await end(storage, marker), 'appended', 'a marker that is sent again')
      assert.equal(await send(storage, { topicId, epoch: 1, guard }), 'appended')
      assert.equal(await end(storage, marker), 'fenced', 'too late: it would end the next transaction')
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 3)
      const late = { ...marker, producer: { id, epoch: 2 } }
      assert.equal(await end(storage, late), 'appended')
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 5)
    })
  })

  it('refuses markers of older epochs and of older coordinators', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: id, values: ['a'], epoch: 3 })
      const producer = { id, epoch: 3 }
      assert.equal(await end(storage, { topicId, producer: { id, epoch: 2 }, type: 'abort' }), 'fenced')
      assert.equal(await end(storage, { topicId, producer, type: 'abort', coordinatorEpoch: 5 }), 'appended')
      await inTransaction(storage, { topicId, producer: id, values: ['b'], epoch: 3, sequence: 1 })
      const zombie = { topicId, producer, type: 'commit', coordinatorEpoch: 4 } as const
      assert.equal(await end(storage, zombie), 'coordinator-fenced')
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 2)
      assert.equal(await end(storage, { ...zombie, coordinatorEpoch: 5 }), 'appended')
    })
  })

  it('ends a transaction with the epoch that it has under version 1, and goes on with the sequence', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: id, values: ['a', 'b'] })
      assert.equal(await end(storage, { topicId, producer: { id, epoch: 0 }, type: 'commit' }), 'appended')
      const guard = check(storage, { topicId, sequence: 3 })
      assert.equal(await send(storage, { topicId, sequence: 3, guard }), 'out-of-order')
      assert.equal(await send(storage, { topicId, sequence: 0 }), 'transaction-not-verified')
      // The batch that is missing arrives, and joins the check that is on its way.
      assert.deepEqual(check(storage, { topicId, sequence: 2 }), guard)
      assert.equal(await send(storage, { topicId, sequence: 2, guard }), 'appended')
      assert.equal(await send(storage, { topicId, sequence: 3 }), 'appended')
    })
  })

  it('lets no batch overtake the first one while it is being checked', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      const guard = check(storage, { topicId, sequence: 0 })
      check(storage, { topicId, sequence: 1 })
      assert.equal(await send(storage, { topicId, sequence: 1, guard }), 'out-of-order')
      assert.equal(await send(storage, { topicId, sequence: 0, guard }), 'appended')
      const fresh = await createTopic(storage, 'fresh')
      const version = 2
      const unknown = check(storage, { topicId: fresh, sequence: 4, version })
      assert.equal(await send(storage, { topicId: fresh, sequence: 4, guard: unknown }), 'out-of-order')
      const old = await createTopic(storage, 'old')
      const first = check(storage, { topicId: old, sequence: 4 })
      assert.equal(await send(storage, { topicId: old, sequence: 4, guard: first }), 'appended', 'version 1')
    })
  })

  it('checks no sequence of batches that coordinators send', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'offsets')
      for (let count = 0; count < 3; count++) {
        const guard = check(storage, { topicId, sequence: -1 })
        assert.equal(guard.kind, count === 0 ? 'verify' : 'ongoing')
        assert.equal(await send(storage, { topicId, sequence: -1, guard }), 'appended')
      }
      assert.equal(storage.log.state(topicId, 0)?.lastStableOffset, 0)
    })
  })

  it('takes nothing but transactional batches while a transaction is open', async () => {
    await withEngine(open, {}, async ({ storage }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: id, values: ['a'] })
      const plain = { topicId, values: ['b'], producer: { id, epoch: 0, sequence: 1 } }
      assert.equal((await append(storage, plain)).kind, 'transaction-open')
      await end(storage, { topicId, producer: { id, epoch: 0 }, type: 'commit' })
      assert.equal((await append(storage, plain)).kind, 'appended')
    })
  })

  it('keeps what it knows of producers when the wall clock jumps ahead', async () => {
    const limits = { producerExpirationMs: 10_000, producerExpirationCheckMs: 500 }
    await withEngine(open, { limits }, async ({ storage, clock }) => {
      const topicId = await createTopic(storage, 'orders')
      await append(storage, { topicId, values: ['x'], producer: { id, epoch: 0, sequence: 0 } })
      clock.jumpWall(86_400_000)
      await clock.advance(1_000)
      assert.deepEqual(producersOf(storage, topicId), [id])
      await clock.advance(10_000)
      assert.deepEqual(producersOf(storage, topicId), [])
    })
  })

  it('neither forgets nor expires a producer whose transaction is open', async () => {
    const limits = {
      producersPerPartitionMax: 3,
      producerExpirationMs: 1_000,
      producerExpirationCheckMs: 500
    }
    await withEngine(open, { limits }, async ({ storage, clock }) => {
      const topicId = await createTopic(storage, 'orders')
      await inTransaction(storage, { topicId, producer: id, values: ['a'] })
      for (let other = 100; other < 110; other++) {
        await append(storage, { topicId, values: ['x'], producer: { id: other, epoch: 0, sequence: 0 } })
      }
      assert.deepEqual(producersOf(storage, topicId), [id, 107, 108, 109])
      await clock.advance(5_000)
      assert.deepEqual(producersOf(storage, topicId), [id])
      assert.equal(storage.log.producers(topicId, 0)[0]?.currentTransactionStartOffset, 0)
      await end(storage, { topicId, producer: { id, epoch: 0 }, type: 'abort', coordinatorEpoch: 9 })
      const [summary] = storage.log.producers(topicId, 0)
      assert.deepEqual([summary?.currentTransactionStartOffset, summary?.coordinatorEpoch], [-1, 9])
      await clock.advance(5_000)
      assert.deepEqual(producersOf(storage, topicId), [])
    })
  })
}

function check(
  storage: Storage,
  { topicId, epoch = 0, sequence = 0, version = 1 }: Sent
): TransactionGuardResult {
  return storage.log.transactionGuard({
    topicId,
    partition: 0,
    producerId: id,
    producerEpoch: epoch,
    baseSequence: sequence,
    transactionVersion: version
  })
}

async function send(storage: Storage, sent: Sent): Promise<AppendResult['kind']> {
  const { topicId, epoch = 0, sequence = 0, guard } = sent
  const result = await append(storage, {
    topicId,
    values: ['v'],
    producer: { id, epoch, sequence },
    transactional: true,
    ...(guard?.kind === 'verify' ? { guard: guard.guard } : {})
  })
  return result.kind
}

function producersOf(storage: Storage, topicId: Uuid): number[] {
  const ids = storage.log.producers(topicId, 0).map(({ producerId }) => producerId)
  return ids.sort((a, b) => a - b)
}
