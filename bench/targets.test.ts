import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Summary } from './results/summary.ts'
import type { ResultLine } from './results/line.ts'
import { judge, targets } from './targets.ts'
import { workloads } from './workloads/index.ts'

function line(workload: string, system: string, figures: ResultLine['figures']): ResultLine {
  return {
    run: 'r',
    time: 't',
    workload,
    group: 'g',
    system,
    what: 'w',
    durability: 'd',
    round: 1,
    share: 1,
    parameters: {},
    figures,
    machine: { cpu: '', cpus: 2, memoryGb: 24, kernel: '', fileSystem: 'ext4' },
    versions: { commit: '', node: '', kafka: '', java: '', go: '', franzGo: '', kfake: '' }
  }
}

const verdictOn = (lines: readonly ResultLine[], what: RegExp) =>
  judge(new Summary(lines)).find((verdict) => what.test(verdict.what))

test('every-target-names-workloads-that-exist-and-run-on-its-systems', () => {
  for (const { ours, against, limits = [] } of targets) {
    for (const side of [ours, against, ...limits]) {
      if (side === undefined) continue
      const workload = workloads.find(({ name }) => name === side.workload)
      assert.ok(workload?.systems.includes(side.system), `${side.workload} on ${side.system}`)
    }
  }
})

test('a-ratio-below-its-target-is-met-by-a-share-of-the-limit', () => {
  const rates = (naru: number): readonly ResultLine[] => [
    line('produce-client-1k', 'naru', { megabytesPerSecond: naru }),
    line('produce-client-1k', 'kafka', { megabytesPerSecond: 200 }),
    line('produce-client-1k', 'sink', { megabytesPerSecond: 220 })
  ]
  assert.equal(verdictOn(rates(200), /1k, real client, against Kafka$/)?.isMet, true)
  assert.equal(verdictOn(rates(150), /1k, real client, against Kafka$/)?.isMet, false)
})

test('the-median-latency-may-be-one-sync-above-that-of-kafka', () => {
  const lines = [
    line('latency-5000', 'naru', { endToEndP50Ms: 1.4 }),
    line('latency-5000', 'kafka', { endToEndP50Ms: 1 })
  ]
  assert.equal(verdictOn(lines, /p50/)?.isMet, true)
})

test('what-was-not-measured-gets-no-verdict', () => {
  assert.deepEqual(judge(new Summary([])), [])
})
