/**
 * Where Naru's time goes under the raw client: a CPU profile by kind of work, system calls per batch, and copies per
 * batch. Each in a process of its own, since looking costs time; their rates are for nobody's table.
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runLoad, type LoadOptions } from '../load-program.ts'
import { readMetrics } from '../measure/metrics.ts'
import { versions } from '../measure/machine.ts'
import { writtenOut } from '../measure/settle.ts'
import { shortNumber } from '../results/print.ts'
import { systemNamed, type StartedSystem } from '../systems/index.ts'
import { scaled } from '../workloads/index.ts'
import { groupTimes, selfTimes, type CpuProfile } from './cpu-profile.ts'
import { systemCallsDuring } from './system-calls.ts'

export interface ProfileOptions {
  readonly data: string
  readonly share: number
  readonly cpu: boolean
  readonly systemCalls: boolean
  readonly copies: boolean
  readonly out?: string
}

interface Phase {
  readonly name: string
  readonly mode: 'raw-produce' | 'raw-consume'
  readonly parameters: LoadOptions
}

const gigabyte = 1_000_000_000

const phases: readonly Phase[] = [
  { name: 'produce 1 KB', mode: 'raw-produce', parameters: { size: 1_024, bytes: 2 * gigabyte } },
  { name: 'produce 100 B', mode: 'raw-produce', parameters: { size: 100, bytes: 2 * gigabyte } },
  { name: 'fetch 1 KB, warm', mode: 'raw-consume', parameters: { size: 1_024, bytes: gigabyte, passes: 4 } }
]

/** A share and a count per batch of 128 KB; what is below is noise. */
const shareMin = 0.005
const callsMin = 0.005

export interface Profile {
  readonly time: string
  readonly share: number
  readonly versions: Awaited<ReturnType<typeof versions>>
  readonly phases: Record<string, Record<string, Record<string, number>>>
}

/** Below `data`, which goes with the command. Prints what was found, and writes it as JSON when a file is named. */
export async function profile(options: ProfileOptions): Promise<number> {
  const found: Profile = {
    time: new Date().toISOString(),
    share: options.share,
    versions: await versions(),
    phases: {}
  }
  for (const phase of phases) {
    const parts: Record<string, Record<string, number>> = {}
    found.phases[phase.name] = parts
    if (options.cpu)
      parts['cpu'] = await inFolder(options, (folder) => cpuShares(phase, folder, options.share))
    if (options.systemCalls)
      parts['systemCalls'] = await inFolder(options, (folder) => callsPerBatch(phase, folder, options.share))
    if (options.copies)
      parts['copies'] = await inFolder(options, (folder) => copiesPerBatch(phase, folder, options.share))
    print(phase.name, parts)
  }
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(found, null, 2)}\n`)
  return 0
}

function print(name: string, parts: Readonly<Record<string, Readonly<Record<string, number>>>>): void {
  for (const [part, rows] of Object.entries(parts)) {
    console.log(`${name}, ${part}`)
    for (const [row, value] of Object.entries(rows))
      console.log(`  ${shortNumber(value).padStart(8)}  ${row}`)
  }
}

async function inFolder<Value>(
  { data }: ProfileOptions,
  work: (folder: string) => Promise<Value>
): Promise<Value> {
  const folder = await mkdtemp(join(data, 'profile-'))
  const value = await work(folder)
  await rm(folder, { recursive: true, force: true })
  return value
}

/** Code that loads on its first use is loaded, and the journal has gone round, before calls are counted. */
const warmUpBytes = 300_000_000

/** Readers need something to read first; it is written before anybody looks. */
async function prepare(started: StartedSystem, phase: Phase, share: number): Promise<LoadOptions> {
  const parameters = {
    bootstrap: started.broker.bootstrap,
    topic: 'profile',
    ...scaled(phase.parameters, share)
  }
  if (phase.mode === 'raw-consume') {
    await runLoad('raw-produce', parameters)
    await writtenOut(started)
  }
  return parameters
}

async function batches({ metricsUrl = '' }: StartedSystem, phase: Phase): Promise<number> {
  const metrics = await readMetrics(metricsUrl)
  const produced = metrics.get('naru_produced_batches_total') ?? 0
  if (phase.mode === 'raw-produce') return produced
  const bytes = metrics.get('naru_produced_bytes_total') ?? 1
  return ((metrics.get('naru_fetched_bytes_total') ?? 0) / bytes) * produced
}

/** Shares in percent. Of a reader's process what was written before is part of the profile, and small beside it. */
async function cpuShares(phase: Phase, folder: string, share: number): Promise<Record<string, number>> {
  const nodeFlags = ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', folder]
  const started = await systemNamed('naru').start({ folder, nodeFlags })
  await runLoad(phase.mode, await prepare(started, phase, share))
  await started.broker.stop()
  const name = (await readdir(folder)).find((one) => one.endsWith('.cpuprofile'))
  if (name === undefined) throw new Error('the broker left no profile behind')
  const times = selfTimes(JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile)
  const groups = groupTimes(times).filter((one) => one.share >= shareMin)
  const total = groups.reduce((sum, { ms }) => sum + ms, 0)
  const functions = times.filter(({ group, ms }) => group !== 'idle' && ms / total >= 0.01).slice(0, 20)
  return Object.fromEntries([
    ...groups.map((one): [string, number] => [one.group, one.share * 100]),
    ...functions.map(({ name: fn, file, ms }): [string, number] => [`- ${fn} ${file}`, (ms / total) * 100])
  ])
}

async function callsPerBatch(phase: Phase, folder: string, share: number): Promise<Record<string, number>> {
  await using started = await systemNamed('naru').start({ folder })
  const { bootstrap } = started.broker
  const parameters = await prepare(started, phase, share)
  await runLoad(phase.mode, { ...parameters, topic: 'profile' })
  await runLoad('raw-produce', { bootstrap, topic: 'warm-up', ...scaled({ bytes: warmUpBytes }, share) })
  const before = await batches(started, phase)
  const calls = await systemCallsDuring(started.broker.pid, join(folder, 'strace.txt'), async () => {
    await runLoad(phase.mode, parameters)
  })
  const count = (await batches(started, phase)) - before
  const rows = calls.map(({ name, calls: times }): [string, number] => [name, times / count])
  return Object.fromEntries(rows.filter(([, perBatch]) => perBatch >= callsMin))
}

async function copiesPerBatch(phase: Phase, folder: string, share: number): Promise<Record<string, number>> {
  const file = join(folder, 'copies.json')
  const hook = pathToFileURL(join(import.meta.dirname, 'count-copies.ts')).href
  const started = await systemNamed('naru').start({
    folder,
    nodeFlags: ['--import', hook],
    env: { NARU_BENCH_COPIES: file }
  })
  await runLoad(phase.mode, await prepare(started, phase, share))
  await writtenOut(started)
  const metrics = await readMetrics(started.metricsUrl ?? '')
  const count = await batches(started, phase)
  const produced = metrics.get('naru_produced_bytes_total') ?? Number.NaN
  const moved =
    phase.mode === 'raw-produce' ? produced : (metrics.get('naru_fetched_bytes_total') ?? Number.NaN)
  await started.broker.stop()
  const seen = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, number>>
  const per = (name: string, divisor: number): number => (seen[name] ?? Number.NaN) / divisor
  return {
    'copies per batch': per('copies', count),
    'bytes copied per byte moved': per('copiedBytes', moved),
    'buffers of 1 KB and more per batch': per('allocations', count),
    'bytes of such buffers per byte moved': per('allocatedBytes', moved),
    'small collections per GB': per('minorCollections', moved / gigabyte),
    'large collections per GB': per('majorCollections', moved / gigabyte),
    'ms of small collections per GB': per('minorMs', moved / gigabyte),
    'ms of large collections per GB': per('majorMs', moved / gigabyte)
  }
}
