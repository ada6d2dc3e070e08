import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AssignableMember, assignPartitions } from './assignor.ts'
import { type Place, placeKey } from './place.ts'

const companionOf = (topic: string): string | undefined =>
  topic.endsWith('.g.retry') ? topic.slice(0, -'.g.retry'.length) : undefined

/** Rounds until nobody has to give anything up, as members of a group would go through them. */
function settle(
  members: readonly AssignableMember[],
  partitionCounts: ReadonlyMap<string, number>
): { readonly rounds: number; readonly members: readonly AssignableMember[] } {
  let now = members
  for (let rounds = 1; ; rounds++) {
    const assigned = assignPartitions({ members: now, partitionCounts, companionOf })
    const next = now.map((member) => ({
      ...member,
      owned: assigned.get(member.memberId) ?? [],
      generation: rounds + 100
    }))
    const revoked = now.some(({ owned }, index) =>
      owned.some((place) => !(next[index]?.owned ?? []).some((kept) => placeKey(kept) === placeKey(place)))
    )
    now = next
    if (!revoked) return { rounds, members: now }
  }
}

const member = (
  memberId: string,
  topics: readonly string[],
  owned: readonly Place[] = []
): AssignableMember => ({
  memberId,
  topics,
  owned,
  generation: 1
})

test('every partition has one owner after two rounds, evenly, with retry partitions beside their own', () => {
  const arbitrary = fc.record({
    before: fc.integer({ min: 1, max: 6 }),
    after: fc.integer({ min: 1, max: 6 }),
    counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 })
  })
  fc.assert(
    fc.property(arbitrary, ({ before, after, counts }) => {
      const topics = counts.flatMap((_, index) => [`t${index}`, `t${index}.g.retry`])
      const partitionCounts = new Map(
        counts.flatMap(
          (count, i) =>
            [
              [`t${i}`, count],
              [`t${i}.g.retry`, count]
            ] as const
        )
      )
      const start = Array.from({ length: before }, (_, index) => member(`m${index}`, topics))
      const settled = settle(start, partitionCounts).members
      const grown = Array.from({ length: after }, (_, i) => settled[i] ?? member(`m${i}`, topics))
      const { rounds, members } = settle(grown, partitionCounts)
      assert.ok(rounds <= 2, `took ${rounds} rounds`)
      const all = members.flatMap(({ owned }) => owned.map(placeKey)).sort()
      assert.deepEqual(
        all,
        [...partitionCounts]
          .flatMap(([topic, count]) =>
            Array.from({ length: count }, (_, partition) => placeKey({ topic, partition }))
          )
          .sort()
      )
      const sizes = members.map(({ owned }) => owned.length / 2)
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1)
      for (const { owned } of members) {
        const keys = new Set(owned.map(placeKey))
        for (const { topic, partition } of owned) {
          const lead = companionOf(topic)
          if (lead !== undefined) assert.ok(keys.has(placeKey({ topic: lead, partition })))
        }
      }
    })
  )
})

test('what an owner has to give up goes to nobody in that round', () => {
  const partitionCounts = new Map([['t', 2]])
  const owned = [
    { topic: 't', partition: 0 },
    { topic: 't', partition: 1 }
  ]
  const members = [member('a', ['t'], owned), member('b', ['t'])]
  const assigned = assignPartitions({ members, partitionCounts, companionOf })
  assert.equal(assigned.get('a')?.length, 1)
  assert.deepEqual(assigned.get('b'), [])
})

test('an old claim loses against a younger one', () => {
  const place = { topic: 't', partition: 0 }
  const members = [
    { ...member('zombie', ['t'], [place]), generation: 3 },
    { ...member('owner', ['t'], [place]), generation: 4 }
  ]
  const assigned = assignPartitions({ members, partitionCounts: new Map([['t', 1]]), companionOf })
  assert.deepEqual(assigned.get('owner'), [place])
  assert.deepEqual(assigned.get('zombie'), [])
})

test('a member gets nothing of topics that it does not subscribe to', () => {
  const partitionCounts = new Map([
    ['old', 4],
    ['new', 4]
  ])
  const { members } = settle([member('a', ['old']), member('b', ['old', 'new'])], partitionCounts)
  assert.ok(members[0]?.owned.every(({ topic }) => topic === 'old'))
  assert.equal(members.flatMap(({ owned }) => owned).length, 8)
})
