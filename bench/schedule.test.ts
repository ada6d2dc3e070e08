import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visits } from './schedule.ts'
import { groupNamed, workloads, workloadsNamed } from './workloads/index.ts'

test('systems-take-turns-within-a-round', () => {
  const plan = {
    workloads: workloadsNamed(['latency']),
    systems: [{ name: 'naru' }, { name: 'kafka' }],
    rounds: 2
  }
  const order = visits(plan).map(({ round, system }) => `${round} ${system}`)
  assert.deepEqual(order, ['1 naru', '1 kafka', '2 naru', '2 kafka'])
})

test('a-system-is-started-only-for-workloads-that-fit-it', () => {
  const plan = {
    workloads: workloadsNamed(['produce-raw-1k', 'disk']),
    systems: [{ name: 'naru' }, { name: 'disk' }],
    rounds: 1
  }
  const names = visits(plan).map(({ system, workloads: list }) => [system, list.length])
  assert.deepEqual(names, [
    ['naru', 1],
    ['disk', 4]
  ])
})

test('long-groups-get-fewer-rounds', () => {
  const plan = { workloads: workloadsNamed(['sustained-10gb']), systems: [{ name: 'naru' }], rounds: 5 }
  assert.equal(visits(plan).length, groupNamed('sustained').roundsMax)
})

test('together-means-one-process-of-each-system', () => {
  const plan = {
    workloads: workloadsNamed(['produce-raw-1k', 'latency-5000']),
    systems: [{ name: 'naru' }],
    rounds: 1
  }
  assert.equal(visits(plan).length, 2)
  assert.equal(visits({ ...plan, together: true }).length, 1)
})

test('every-workload-has-a-name-of-its-own-and-a-group', () => {
  assert.equal(new Set(workloads.map(({ name }) => name)).size, workloads.length)
  for (const { group } of workloads) assert.equal(groupNamed(group).name, group)
})

test('an-unknown-name-is-refused-with-the-known-ones', () => {
  assert.throws(() => workloadsNamed(['warp']), /no workload begins with 'warp'.*produce-raw-1k/)
})

test('a-variant-runs-what-the-system-that-it-is-like-runs', () => {
  const systems = [{ name: 'naru-variant', like: 'naru' }]
  assert.equal(visits({ workloads: workloadsNamed(['produce-raw-1k']), systems, rounds: 1 }).length, 1)
})
