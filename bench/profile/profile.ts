/**
 * Where Naru's time goes under the raw client: a CPU profile by kind of work, system calls per batch, and copies per
 * batch. Each in a process of its own, since looking costs time; their rates are for nobody's table.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runLoad, type LoadOptions } from '../load-program.ts'
import { readMetrics } from '../measure/metrics.ts'
import { versions } from '../measure/machine.ts'
import { writtenOut } from '../measure/settle.ts'
import { shortNumber } from '../results/print.ts'
import { systemNamed, type StartedSystem } from '../systems/index.ts'
import { scaled } from '../workloads/index.ts'
import { groupTimes, selfTimes, type CpuProfile } from './cpu-profile.ts'
import { startHooked } from './hooked.ts'
import { systemCallsDuring, type SystemCalls } from './system-calls.ts'

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
const functionShareMin = 0.01
const functionsMax = 20

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
  if (options.out !== undefined) {
    await mkdir(dirname(options.out), { recursive: true })
    await writeFile(options.out, `${JSON.stringify(found, null, 2)}\n`)
  }
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

/** Code that loads on its first use is loaded, and the journal has gone round, before anything is counted. */
const warmUpBytes = gigabyte

/** What is measured has been done once before, and readers have something to read. */
async function prepare(started: StartedSystem, phase: Phase, share: number): Promise<LoadOptions> {
  const { bootstrap } = started.broker
  const parameters = { bootstrap, topic: 'profile', ...scaled(phase.parameters, share) }
  if (phase.mode === 'raw-consume') {
    await runLoad('raw-produce', parameters)
    await writtenOut(started)
    await runLoad('raw-consume', { ...parameters, passes: 1 })
  } else {
    await runLoad('raw-produce', { bootstrap, topic: 'warm-up', ...scaled({ bytes: warmUpBytes }, share) })
    await writtenOut(started)
  }
  return parameters
}

/** Batches and bytes that went in or out, by the broker's own count. */
interface Moved {
  readonly batches: number
  readonly bytes: number
}

async function movedSoFar({ metricsUrl = '' }: StartedSystem, phase: Phase): Promise<Moved> {
  const metrics = await readMetrics(metricsUrl)
  const batches = metrics.get('naru_produced_batches_total') ?? Number.NaN
  const bytes = metrics.get('naru_produced_bytes_total') ?? Number.NaN
  if (phase.mode === 'raw-produce') return { batches, bytes }
  const fetched = metrics.get('naru_fetched_bytes_total') ?? 0
  return { batches: (fetched / bytes) * batches, bytes: fetched }
}

/** What one run of the phase moved. */
async function movedBy(started: StartedSystem, phase: Phase, work: () => Promise<unknown>): Promise<Moved> {
  const before = await movedSoFar(started, phase)
  await work()
  const after = await movedSoFar(started, phase)
  return { batches: after.batches - before.batches, bytes: after.bytes - before.bytes }
}

/** The run itself, and what it leaves to be done behind it. */
async function load(started: StartedSystem, phase: Phase, parameters: LoadOptions): Promise<void> {
  await runLoad(phase.mode, parameters)
  await writtenOut(started)
}

/** Shares in percent. */
async function cpuShares(phase: Phase, folder: string, share: number): Promise<Record<string, number>> {
  await using hooked = await startHooked<CpuProfile>('cpu-profiler', folder)
  const parameters = await prepare(hooked.started, phase, share)
  await hooked.report()
  await load(hooked.started, phase, parameters)
  const times = selfTimes(await hooked.report())
  const groups = groupTimes(times).filter((one) => one.share >= shareMin)
  const total = groups.reduce((sum, { ms }) => sum + ms, 0)
  const functions = times
    .filter(({ group, ms }) => group !== 'idle' && ms / total >= functionShareMin)
    .slice(0, functionsMax)
  return Object.fromEntries([
    ...groups.map((one): [string, number] => [one.group, one.share * 100]),
    ...functions.map(({ name: fn, file, ms }): [string, number] => [`- ${fn} ${file}`, (ms / total) * 100])
  ])
}

async function callsPerBatch(phase: Phase, folder: string, share: number): Promise<Record<string, number>> {
  await using started = await systemNamed('naru').start({ folder })
  const parameters = await prepare(started, phase, share)
  let calls: readonly SystemCalls[] = []
  const { batches } = await movedBy(started, phase, async () => {
    const file = join(folder, 'strace.txt')
    calls = await systemCallsDuring(started.broker.pid, file, () => load(started, phase, parameters))
  })
  const rows = calls.map(({ name, calls: times }): [string, number] => [name, times / batches])
  return Object.fromEntries(rows.filter(([, perBatch]) => perBatch >= callsMin))
}

async function copiesPerBatch(phase: Phase, folder: string, share: number): Promise<Record<string, number>> {
  await using hooked = await startHooked<Readonly<Record<string, number>>>('count-copies', folder)
  const { started } = hooked
  const parameters = await prepare(started, phase, share)
  const before = await hooked.report()
  const { batches, bytes } = await movedBy(started, phase, () => load(started, phase, parameters))
  const after = await hooked.report()
  const per = (name: string, divisor: number): number =>
    ((after[name] ?? Number.NaN) - (before[name] ?? Number.NaN)) / divisor
  return {
    'copies per batch': per('copies', batches),
    'bytes copied per byte moved': per('copiedBytes', bytes),
    'buffers of 1 KB and more per batch': per('allocations', batches),
    'bytes of such buffers per byte moved': per('allocatedBytes', bytes),
    'small collections per GB': per('minorCollections', bytes / gigabyte),
    'large collections per GB': per('majorCollections', bytes / gigabyte),
    'ms of small collections per GB': per('minorMs', bytes / gigabyte),
    'ms of large collections per GB': per('majorMs', bytes / gigabyte)
  }
}
