// A process that starts brokers inside itself and tells how long they took: `starts.ts` runs it many times over.
// Imports are apart: they are done before the first clock is read. With --many it also starts 200 at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestBroker } from '@naru/testing'

const laterCount = 20
const manyCount = 200
/** After closing, the collector and the kernel get this long to give memory back. */
const settleMs = 1_000

async function timed<Value>(
  work: () => Promise<Value>
): Promise<{ readonly value: Value; readonly ms: number }> {
  const startMs = performance.now()
  const value = await work()
  return { value, ms: performance.now() - startMs }
}

async function start(): Promise<number> {
  const { value, ms } = await timed(() => createTestBroker())
  await value.close()
  return ms
}

async function residentBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await sleep(settleMs / 3)
  }
  return process.memoryUsage.rss()
}

async function startMany() {
  const before = await residentBytes()
  const { value: brokers, ms } = await timed(() =>
    Promise.all(Array.from({ length: manyCount }, () => createTestBroker({ topics: ['orders'] })))
  )
  const during = process.memoryUsage.rss()
  await Promise.all(brokers.map((broker) => broker.close()))
  const after = await residentBytes()
  return { count: manyCount, ms, rssBefore: before, rssDuring: during, rssAfter: after }
}

const first = await start()
const later: number[] = []
for (let index = 0; index < laterCount; index++) later.push(await start())
const many = process.argv.includes('--many') ? await startMany() : undefined
console.log(JSON.stringify({ first, later, many }))
