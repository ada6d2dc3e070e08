/**
 * Sends hostile bytes to a broker of its own process for a while, with a witness beside them: a client that goes on
 * producing and reading. Ends with a line of figures and fails when the broker died, the witness was disturbed or
 * memory grew.
 *
 *     node fuzz/src/hostile-frames.ts --seconds 600
 */
import { parseArgs } from 'node:util'
import { BrokerUnderFire } from './broker-under-fire.ts'
import { hostileBytes, loadCorpus } from './hostile-bytes.ts'
import { SeededRandom } from './seeded-random.ts'
import { attack } from './attacker.ts'
import { cleanUp } from './janitor.ts'
import { Witness } from './witness.ts'

const RSS_GROWTH_BYTES_MAX = 64 * 1024 ** 2
const WITNESS_P99_MS_MAX = 1000
const ATTACKERS = 8
/** Memory is compared from here on: before it caches fill and code is compiled. */
const WARM_UP_SHARE = 0.1

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string', default: '1' } }
})
const seconds = Number(values.seconds)
const corpus = await loadCorpus()
await using broker = await BrokerUnderFire.start()
const witness = await Witness.start(broker.address)
const deadlineMs = performance.now() + seconds * 1000
const counts = { frames: 0, connections: 0 }
/** Resident memory, every tenth of the run, so that a plateau can be told from a slope. */
const rssSeriesMb: number[] = []
let rssAtStart = 0
let rssMax = 0

async function watchMemory(): Promise<void> {
  const warmAtMs = performance.now() + seconds * 1000 * WARM_UP_SHARE
  while (performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const rss = broker.rssBytes()
    const tenth = Math.floor(10 * (1 - (deadlineMs - performance.now()) / (seconds * 1000)))
    if (tenth > rssSeriesMb.length) rssSeriesMb.push(Math.round(rss / 1e6))
    if (performance.now() < warmAtMs) rssAtStart = Math.max(rssAtStart, rss)
    else rssMax = Math.max(rssMax, rss)
  }
}

const attackers = Array.from({ length: ATTACKERS }, (_, number) => {
  const random = new SeededRandom(Number(values.seed) * 1000 + number)
  return attack({
    address: broker.address,
    deadlineMs,
    next: () => hostileBytes(random, corpus),
    onConnection: () => counts.connections++,
    onFrame: () => counts.frames++
  })
})
const [removedTopics] = await Promise.all([cleanUp(broker.address, deadlineMs), ...attackers, watchMemory()])
const seen = await witness.stop()
const growth = Math.max(0, rssMax - rssAtStart)
const figures = {
  ...counts,
  removedTopics,
  witness: seen,
  rssGrowthMb: Math.round(growth / 1e6),
  rssSeriesMb,
  alive: broker.alive
}
console.log(JSON.stringify(figures))
const failures = [
  broker.alive ? [] : ['the broker died'],
  growth < RSS_GROWTH_BYTES_MAX ? [] : [`memory grew by ${figures.rssGrowthMb} MB`],
  seen.p99Ms < WITNESS_P99_MS_MAX ? [] : [`the witness waited ${seen.p99Ms} ms at p99`],
  seen.failures === 0 && seen.operations > 0
    ? []
    : [`the witness failed ${seen.failures} times in ${seen.operations}`]
].flat()
for (const failure of failures) console.error(failure)
console.log(`${4 - failures.length} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1
