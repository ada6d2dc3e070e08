import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scheduler } from './scheduler.ts'
import { VirtualProcess, WallClock } from './virtual-process.ts'

test('events happen in the order of their time, then of the calls', async () => {
  const scheduler = new Scheduler(1)
  const seen: string[] = []
  scheduler.after(5, 'c', () => seen.push('c'))
  scheduler.after(1, 'a', () => seen.push('a'))
  scheduler.after(5, 'd', () => seen.push('d'))
  scheduler.after(2, 'b', () => seen.push('b'))
  assert.equal(await scheduler.runUntil(() => false), false)
  assert.deepEqual(seen, ['a', 'b', 'c', 'd'])
  assert.equal(scheduler.nowMs, 5)
})

test('a thousand events come out sorted', async () => {
  const scheduler = new Scheduler(2)
  const times: number[] = []
  for (let index = 0; index < 1_000; index++) {
    scheduler.after(scheduler.random.fraction() * 100, 'event', () => times.push(scheduler.nowMs))
  }
  await scheduler.runUntil(() => false)
  assert.deepEqual(
    times,
    times.toSorted((left, right) => left - right)
  )
  assert.equal(times.length, 1_000)
})

test('chains of promises settle before the next event', async () => {
  const scheduler = new Scheduler(1)
  const seen: string[] = []
  scheduler.after(1, 'first', () => {
    const chain = async (): Promise<void> => {
      for (let index = 0; index < 50; index++) await Promise.resolve()
      seen.push('settled')
    }
    chain().catch((error: unknown) => scheduler.fail(error))
  })
  scheduler.after(1, 'second', () => seen.push('second'))
  await scheduler.runUntil(() => false)
  assert.deepEqual(seen, ['settled', 'second'])
})

test('a failure ends the run, and a cancelled event does not happen', async () => {
  const scheduler = new Scheduler(1)
  scheduler.after(1, 'never', () => assert.fail('it was cancelled')).cancel()
  scheduler.after(2, 'failing', () => scheduler.fail(new Error('told')))
  await assert.rejects(
    scheduler.runUntil(() => false),
    { message: 'told' }
  )
})

test('a run can stop at a time and go on', async () => {
  const scheduler = new Scheduler(1)
  let happened = 0
  scheduler.after(10, 'late', () => happened++)
  assert.equal(await scheduler.runUntil(() => happened > 0, { untilMs: 5 }), false)
  assert.equal(await scheduler.runUntil(() => happened > 0), true)
})

test('the trace hash tells runs apart by what happened and when', async () => {
  const hashOf = async (delayMs: number, label: string): Promise<string> => {
    const scheduler = new Scheduler(1)
    scheduler.after(delayMs, label, () => undefined)
    await scheduler.runUntil(() => false)
    return scheduler.trace.hash
  }
  assert.equal(await hashOf(1, 'a'), await hashOf(1, 'a'))
  assert.notEqual(await hashOf(1, 'a'), await hashOf(2, 'a'))
  assert.notEqual(await hashOf(1, 'a'), await hashOf(1, 'b'))
})

test('the timers of a process that ended do nothing, and those of the next one begin anew', async () => {
  const scheduler = new Scheduler(1)
  const first = new VirtualProcess(scheduler, 'first')
  let fired = 0
  first.after(10, () => fired++)
  first.soon(() => fired++)
  scheduler.after(5, 'end', () => first.end())
  await scheduler.runUntil(() => false)
  assert.equal(fired, 1)
  const second = new VirtualProcess(scheduler, 'second')
  assert.equal(second.monotonicMs(), 0)
})

test('the wall clock jumps and the monotonic clock does not', () => {
  const scheduler = new Scheduler(1)
  const wall = new WallClock()
  const process = new VirtualProcess(scheduler, 'process', wall)
  const before = process.wallMs()
  wall.set(-3_600_000)
  assert.equal(process.wallMs(), before - 3_600_000)
  assert.equal(process.monotonicMs(), 0)
})
