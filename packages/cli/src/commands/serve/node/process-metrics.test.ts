import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { exposition } from '../exposition.ts'
import { processFamilies } from './process-metrics.ts'

function valueOf(text: string, sample: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `))
  return Number(line?.slice(sample.length + 1) ?? Number.NaN)
}

const families = processFamilies()

/** The value of a sample, asked for until it is as it should be, since other work may hold up this process. */
async function eventually(sample: string, isRight: (value: number) => boolean): Promise<void> {
  let value = Number.NaN
  for (let tries = 0; tries < 50 && !isRight(value); tries++) {
    await sleep(40)
    value = valueOf(exposition(families), sample)
  }
  assert.ok(isRight(value), `${sample} ${value}`)
}

test('dashboards-for-node-find-their-names', async () => {
  await eventually('nodejs_eventloop_lag_p99_seconds', (value) => value > 0)
  await eventually('nodejs_eventloop_lag_seconds', (value) => value > 0)
  const text = exposition(families)
  const names = [
    'process_cpu_user_seconds_total',
    'process_cpu_system_seconds_total',
    'process_cpu_seconds_total',
    'process_start_time_seconds',
    'process_resident_memory_bytes',
    'nodejs_active_resources_total',
    'nodejs_heap_size_total_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_external_memory_bytes',
    'nodejs_heap_space_size_used_bytes{space="old"}'
  ]
  for (const name of names) assert.ok(valueOf(text, name) > 0, name)
  assert.match(text, /^nodejs_version_info\{version="v\d+\.\d+\.\d+"/m)
})

test('what-linux-tells-is-told', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  const text = exposition(families)
  for (const name of [
    'process_virtual_memory_bytes',
    'process_heap_bytes',
    'process_open_fds',
    'process_max_fds'
  ])
    assert.ok(valueOf(text, name) > 0, name)
})

test('collections-are-counted-by-their-kind', async () => {
  const fill = (): number => Array.from({ length: 200_000 }, (_none, index) => ({ index })).length
  for (let round = 0; round < 20; round++) fill()
  await eventually('nodejs_gc_duration_seconds_count{kind="minor"}', (value) => value > 0)
  const text = exposition(families)
  assert.equal(
    valueOf(text, 'nodejs_gc_duration_seconds_bucket{le="+Inf",kind="minor"}'),
    valueOf(text, 'nodejs_gc_duration_seconds_count{kind="minor"}')
  )
})

test('extremes-of-the-loop-delay-are-those-since-somebody-asked-last', async () => {
  exposition(families)
  await sleep(20)
  const end = performance.now() + 400
  while (performance.now() < end);
  await sleep(20)
  assert.ok(valueOf(exposition(families), 'nodejs_eventloop_lag_max_seconds') > 0.3)
  await eventually('nodejs_eventloop_lag_max_seconds', (value) => value < 0.3)
})
