/**
 * How fast brokers start and how much memory they take at rest: `naru serve` beside Apache Kafka in the same run, and
 * `createTestBroker()` within a process.
 *
 *     node bench/starts/starts.ts [--starts 100] [--kafka-starts 5] [--processes 20]
 *
 * Prints a table for people on stderr and one JSON object on stdout; the exit code is 1 when a target is missed. Linux
 * only. What it does not show: starts on a slow disk, with much data, or right after the machine has booted.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { measureStarts, type ProcessStarts } from './process-starts.ts'

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '100' },
    'cold-starts': { type: 'string', default: '20' },
    'kafka-starts': { type: 'string', default: '5' },
    processes: { type: 'string', default: '20' }
  }
})

interface TestBrokers {
  readonly first: number
  readonly later: readonly number[]
  readonly many?: { count: number; ms: number; rssBefore: number; rssDuring: number; rssAfter: number }
}

function sorted(list: readonly number[]): number[] {
  return list.toSorted((a, b) => a - b)
}

function median(list: readonly number[]): number {
  return sorted(list)[list.length >> 1] ?? Number.NaN
}

const megabytes = (bytes: number): number => bytes / 1024 ** 2

async function testBrokers(...flags: readonly string[]): Promise<TestBrokers> {
  const program = join(import.meta.dirname, 'test-brokers.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, ...flags])
  return JSON.parse(stdout) as TestBrokers
}

function summary({ startMs, cpuMs, idleRssMb }: ProcessStarts) {
  return {
    starts: startMs.length,
    bestMs: Math.min(...startMs),
    medianMs: median(startMs),
    worstMs: Math.max(...startMs),
    medianCpuMs: median(cpuMs),
    idleRssMb
  }
}

const peers: Record<string, ReturnType<typeof summary>> = {}
peers['naru, warm'] = summary(await measureStarts('naru', { count: Number(values.starts) }))
peers['naru, cold'] = summary(
  await measureStarts('naru', { count: Number(values['cold-starts']), cold: true })
)
if (Number(values['kafka-starts']) > 0)
  peers['kafka'] = summary(await measureStarts('kafka', { count: Number(values['kafka-starts']) }))

const runs: TestBrokers[] = []
for (let index = 0; index < Number(values.processes); index++) runs.push(await testBrokers())
const { many } = await testBrokers('--many')
const embedded = {
  processes: runs.length,
  firstMedianMs: median(runs.map(({ first }) => first)),
  firstWorstMs: Math.max(...runs.map(({ first }) => first)),
  laterMedianMs: median(runs.flatMap(({ later }) => later)),
  laterWorstMs: Math.max(...runs.flatMap(({ later }) => later)),
  manyMs: many?.ms ?? Number.NaN,
  manyRssMb: megabytes(many?.rssDuring ?? Number.NaN),
  rssKeptMb: megabytes((many?.rssAfter ?? Number.NaN) - (many?.rssBefore ?? Number.NaN))
}

const targets: readonly [what: string, value: number, below: number, unit: string][] = [
  ['process start, warm, median', peers['naru, warm'].medianMs, 150, 'ms'],
  ['idle RSS', peers['naru, warm'].idleRssMb, 90, 'MB'],
  ['first test broker, median', embedded.firstMedianMs, 50, 'ms'],
  ['later test brokers, median', embedded.laterMedianMs, 15, 'ms'],
  ['200 test brokers', embedded.manyMs, 10_000, 'ms'],
  ['RSS kept after 200', embedded.rssKeptMb, 30, 'MB']
]

console.log(JSON.stringify({ peers, embedded }))
for (const [peer, row] of Object.entries(peers)) {
  const figures = `best ${row.bestMs.toFixed(0)} ms, median ${row.medianMs.toFixed(0)}, worst ${row.worstMs.toFixed(0)}`
  const cost = `CPU ${row.medianCpuMs} ms, idle RSS ${row.idleRssMb.toFixed(0)} MB`
  console.error(`${peer.padEnd(12)} ${String(row.starts).padStart(3)} starts   ${figures}   ${cost}`)
}
for (const [what, value, below, unit] of targets) {
  const verdict = value < below ? 'ok    ' : 'MISSED'
  console.error(`${verdict} ${what.padEnd(28)} ${value.toFixed(1).padStart(8)} ${unit}, target ${below}`)
}
process.exitCode = targets.every(([, value, below]) => value < below) ? 0 : 1
