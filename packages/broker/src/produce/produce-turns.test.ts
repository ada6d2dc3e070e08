import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProduceTurns } from './produce-turns.ts'

test('a-request-whose-batch-cannot-be-opened-does-not-hold-those-behind-it', async () => {
  const turns = new ProduceTurns()
  const connection = {}
  const broken = Promise.withResolvers<void>()
  const order: string[] = []
  const first = turns.enter(connection, broken.promise)?.catch(() => order.push('first refused'))
  const second = turns.enter(connection, undefined)?.then(() => order.push('second'))
  const third = turns.enter(connection, Promise.resolve())?.then(() => order.push('third'))
  assert.deepEqual(order, [])
  broken.reject(new Error('a bug'))
  await Promise.all([first, second, third])
  assert.deepEqual(order, ['first refused', 'second', 'third'])
  assert.equal(turns.enter(connection, undefined), undefined, 'nobody waits any more')
})

test('a-request-waits-for-all-before-it-on-its-connection-only', async () => {
  const turns = new ProduceTurns()
  const [one, other] = [{}, {}]
  const slow = Promise.withResolvers<void>()
  const order: string[] = []
  const first = turns.enter(one, slow.promise)?.then(() => order.push('slow'))
  const second = turns.enter(one, Promise.resolve())?.then(() => order.push('quick'))
  assert.equal(turns.enter(other, undefined), undefined)
  await Promise.resolve()
  slow.resolve()
  await Promise.all([first, second])
  assert.deepEqual(order, ['slow', 'quick'])
})
