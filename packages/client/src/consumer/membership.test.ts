import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeAssigner } from './membership.ts'

type Assigner = Parameters<typeof rangeAssigner>

function assigned(
  partitionCounts: Readonly<Record<string, number>>,
  subscriptions: Readonly<Record<string, readonly string[]>>
): Record<string, Record<string, readonly number[]>> {
  const members = Object.entries(subscriptions).map(([memberId, topics]) => [
    memberId,
    { memberId, topics, version: 1 }
  ])
  const topics = Object.entries(partitionCounts).map(([topic, partitionsCount]) => [
    topic,
    { partitionsCount }
  ])
  const result = rangeAssigner('m1', new Map(members as never), new Set(Object.keys(partitionCounts)), {
    topics: new Map(topics as never)
  } as unknown as Assigner[3])
  return Object.fromEntries(
    result.map(({ memberId, assignments }) => [
      memberId,
      Object.fromEntries([...assignments].map(([topic, { partitions }]) => [topic, partitions]))
    ])
  )
}

test('partitions-are-shared-in-ranges-with-the-rest-going-to-the-first', () => {
  assert.deepEqual(assigned({ t: 5 }, { m2: ['t'], m1: ['t'] }), { m1: { t: [0, 1, 2] }, m2: { t: [3, 4] } })
})

test('only-subscribers-of-a-topic-get-its-partitions', () => {
  const result = assigned({ a: 2, b: 1 }, { m1: ['a'], m2: ['a', 'b'] })
  assert.deepEqual(result, { m1: { a: [0] }, m2: { a: [1], b: [0] } })
})

test('more-members-than-partitions-leaves-some-idle', () => {
  assert.deepEqual(assigned({ t: 1 }, { m1: ['t'], m2: ['t'] }), { m1: { t: [0] }, m2: {} })
})
