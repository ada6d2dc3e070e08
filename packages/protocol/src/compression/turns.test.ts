import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('so many run at once, the others in their order, and a failure lets the next one in', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const done = ends.map(({ promise }, at) =>
    turns.take(async () => {
      begun.push(at)
      await promise
    })
  )
  assert.deepEqual(begun, [0, 1])
  ends[1]?.reject(new Error('damaged'))
  await assert.rejects(done[1] as Promise<void>)
  assert.deepEqual(begun, [0, 1, 2])
  for (const { resolve } of ends) resolve()
  await Promise.all([done[0], done[2], done[3]])
  assert.deepEqual(begun, [0, 1, 2, 3])
  await turns.take(() => Promise.resolve())
})
