// Long runs: ten gigabytes until they are in segments, latency while segments are written, and memory afterwards.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runLoad, type Figures } from '../load-program.ts'
import { readMetrics } from '../measure/metrics.ts'
import { memoryOf, resetPeak } from '../measure/process-figures.ts'
import { writtenOut } from '../measure/settle.ts'
import { quantile } from '../results/statistics.ts'
import type { StartedSystem } from '../systems/index.ts'
import type { Group, Run, Workload } from './workload.ts'

const gigabyte = 1_000_000_000
const systems = ['naru', 'kafka', 'kafka-flush1', 'kfake']

const sustained: Workload = {
  name: 'sustained-10gb',
  what: 'raw client: 10 GB of records of 1 KB, timed until all of it is in segments and these are on disk',
  group: 'sustained',
  systems,
  parameters: { bytes: 10 * gigabyte, size: 1_024, 'seconds-max': 240 },
  figure: { name: 'onDiskMegabytesPerSecond', unit: 'MB/s', better: 'higher' },
  beside: ['megabytesPerSecond', 'requestP99Ms', 'behindSeconds'],
  run: async ({ started, topic }, parameters) => {
    const { bootstrap } = started.broker
    const figures = await runLoad('raw-produce', { bootstrap, topic: topic('sustained'), ...parameters })
    const ackedMs = performance.now()
    await writtenOut(started)
    const behindSeconds = (performance.now() - ackedMs) / 1000
    const { bytes = 0, seconds = 0 } = figures
    return { ...figures, behindSeconds, onDiskMegabytesPerSecond: bytes / 1e6 / (seconds + behindSeconds) }
  }
}

/** How often it is noted whether segments are being written. */
const sampleMs = 100
/** A percentile of fewer requests says nothing. */
const requestsMin = 200
/** Below this share of the rate that was asked for, requests wait for each other and not for the disk. */
const keptShareMin = 0.95

interface Sample {
  readonly atMs: number
  readonly writtenBytes: number
}

async function sampleWriteOut(url: string, stop: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  while (!stop.aborted) {
    const writtenBytes = (await readMetrics(url)).get('naru_written_out_bytes_total') ?? 0
    samples.push({ atMs: Date.now(), writtenBytes })
    await sleep(sampleMs)
  }
  return samples
}

/** Latencies of the requests that were answered while segments grew, and of the others. */
export function splitByWriteOut(
  trace: string,
  samples: readonly Sample[]
): { readonly during: number[]; readonly apart: number[] } {
  const during: number[] = []
  const apart: number[] = []
  let next = 1
  const requests = trace
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .toSorted(([left = 0], [right = 0]) => left - right)
  for (const [atMs = 0, tookMs = 0] of requests) {
    while (next < samples.length - 1 && (samples[next]?.atMs ?? 0) < atMs) next++
    const grew = (samples[next]?.writtenBytes ?? 0) > (samples[next - 1]?.writtenBytes ?? 0)
    ;(grew ? during : apart).push(tookMs)
  }
  return { during, apart }
}

async function pacedRun({ started, topic }: Run, parameters: Workload['parameters']): Promise<Figures> {
  const trace = join(started.folder, 'trace.txt')
  const stop = new AbortController()
  const { metricsUrl, broker } = started
  const sampling = metricsUrl === undefined ? Promise.resolve([]) : sampleWriteOut(metricsUrl, stop.signal)
  const options = { bootstrap: broker.bootstrap, topic: topic('paced'), trace, ...parameters }
  const figures = await runLoad('raw-produce', options).finally(() => stop.abort())
  const { during, apart } = splitByWriteOut(await readFile(trace, 'utf8'), await sampling)
  await rm(trace)
  const keptShare = (figures['megabytesPerSecond'] ?? 0) / Number(parameters['megabytes-per-second'])
  if (keptShare < keptShareMin) return figures
  if (during.length < requestsMin || apart.length < requestsMin) return figures
  const writeOutP99Ms = quantile(during, 0.99)
  const apartP99Ms = quantile(apart, 0.99)
  return { ...figures, writeOutP99Ms, apartP99Ms, writeOutTimes: writeOutP99Ms / apartP99Ms }
}

const paced: Workload = {
  name: 'paced-60mb',
  what: 'raw client at 60 MB/s in batches of 16 KB: p99 of requests answered while segments are written, and apart from that',
  group: 'sustained',
  systems,
  parameters: {
    bytes: 100 * gigabyte,
    size: 1_024,
    batch: 16_384,
    'megabytes-per-second': 60,
    'seconds-max': 40
  },
  figure: { name: 'requestP99Ms', unit: 'ms', better: 'lower' },
  beside: ['writeOutP99Ms', 'apartP99Ms', 'writeOutTimes', 'requestMaxMs'],
  run: pacedRun
}

const laps = 5

async function memoryRun({ started, topic }: Run, parameters: Workload['parameters']): Promise<Figures> {
  const { bootstrap, pid } = started.broker
  const bytes = Number(parameters['bytes']) / laps
  const name = topic('memory')
  await resetPeak(pid)
  const resident: number[] = []
  for (let lap = 0; lap < laps; lap++) {
    await runLoad('raw-produce', { bootstrap, topic: `${name}-${lap}`, bytes, size: 1_024 })
    await runLoad('raw-consume', { bootstrap, topic: `${name}-${lap}`, size: 1_024 })
    resident.push((await memoryOf(pid)).residentMb)
  }
  const [, second = Number.NaN] = resident
  const last = resident.at(-1) ?? Number.NaN
  const restMb = await memoryAtRest(started)
  return { residentMb: last, growthMb: last - second, peakMb: (await memoryOf(pid)).peakMb, restMb }
}

const restMs = 10_000

async function memoryAtRest({ broker }: StartedSystem): Promise<number> {
  await sleep(restMs)
  return (await memoryOf(broker.pid)).residentMb
}

const memory: Workload = {
  name: 'memory-10gb',
  what: 'raw client: five times 2 GB in and out; resident memory right after, its growth since the second lap, its peak, and after ten seconds of rest',
  group: 'memory',
  systems,
  parameters: { bytes: 10 * gigabyte },
  figure: { name: 'residentMb', unit: 'MB', better: 'lower' },
  beside: ['growthMb', 'peakMb', 'restMb'],
  run: memoryRun
}

export const enduranceWorkloads: readonly Workload[] = [sustained, paced, memory]

export const enduranceGroups: readonly Group[] = [
  { name: 'sustained', warmUpBytes: gigabyte, roundsMax: 3 },
  { name: 'memory', warmUpBytes: 0, roundsMax: 3 }
]
