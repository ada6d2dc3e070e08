/**
 * Naru beside Apache Kafka and others in one run, on one machine: `npm run bench`. What it runs, how, and what it does
 * not show stands in README.md of this folder.
 *
 *     npm run bench -- --quick                               some of it in less than two minutes
 *     npm run bench -- --only produce,latency-5000 --systems naru,kafka --rounds 3
 *     npm run bench -- --peer 127.0.0.1:9092 --only produce  beside a Kafka of your own
 *     npm run bench -- --checkout ../before --only produce   two states of the code in one run
 *     npm run bench -- --profile                             where Naru's time goes (also --system-calls, --copies)
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { cacheRoot } from 'naru-conformance/cache'
import { dataFolder } from './data-folder.ts'
import { measuredRun, newRun } from './measured-run.ts'
import { syncDisk } from './measure/folder.ts'
import { machineOf, versions, type Machine } from './measure/machine.ts'
import { runLoad, type Figures } from './load-program.ts'
import { profile } from './profile/profile.ts'
import { appendLine, type ResultLine } from './results/line.ts'
import { shortNumber, summaryText, verdictText } from './results/print.ts'
import { Summary } from './results/summary.ts'
import { visits, type Visit } from './schedule.ts'
import {
  naruVariant,
  peerSystem,
  systemNamed,
  systemsDefault,
  type StartedSystem,
  type System,
  type Variant
} from './systems/index.ts'
import { judge } from './targets.ts'
import { argumentsOf } from './usage.ts'
import { scaled, workloads, workloadsNamed, type Run, type Workload } from './workloads/index.ts'

const { values } = argumentsOf(import.meta.filename, {
  options: {
    only: { type: 'string' },
    systems: { type: 'string' },
    peer: { type: 'string' },
    checkout: { type: 'string' },
    'node-flags': { type: 'string' },
    rounds: { type: 'string' },
    share: { type: 'string' },
    quick: { type: 'boolean', default: false },
    data: { type: 'string', default: tmpdir() },
    out: { type: 'string' },
    list: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    'system-calls': { type: 'boolean', default: false },
    copies: { type: 'boolean', default: false }
  }
})

const quickShare = 0.05
const quickRounds = 2
const quickSystems = ['naru', 'kafka', 'sink', 'disk']
const roundsDefault = 5

interface Session {
  readonly run: string
  readonly out: string
  readonly data: string
  readonly share: number
  readonly machine: Machine
  readonly versions: ResultLine['versions']
  readonly lines: ResultLine[]
  readonly startedMs: number
}

function positive(name: 'rounds' | 'share', text: string | undefined, usual: number): number {
  const number = text === undefined ? usual : Number(text)
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0, not ${text ?? ''}`)
  return number
}

function chosenWorkloads(): readonly Workload[] {
  if (values.only !== undefined) return workloadsNamed(values.only.split(','))
  return values.quick ? workloads.filter(({ quick }) => quick === true) : workloads
}

function chosenSystems(): readonly System[] {
  const names = values.systems?.split(',') ?? (values.quick ? quickSystems : systemsDefault)
  return [
    ...names.map(systemNamed),
    ...(values.peer === undefined ? [] : [peerSystem(values.peer)]),
    ...(values.checkout === undefined && values['node-flags'] === undefined ? [] : [naruVariant(variant())])
  ]
}

function variant(): Variant {
  const { checkout, 'node-flags': nodeFlags } = values
  return {
    ...(checkout === undefined ? {} : { checkout: resolve(checkout) }),
    ...(nodeFlags === undefined ? {} : { nodeFlags: nodeFlags.split(' ') })
  }
}

/** A synced write to memory costs nothing, and would make every durable system look wonderful. */
function refuseMemoryDisk(machine: Machine): void {
  if (machine.fileSystem === 'tmpfs')
    throw new Error(`${values.data} is in memory; name a folder on a disk with --data`)
}

function say({ startedMs }: Session, text: string): void {
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
  console.error(`${clock} ${text}`)
}

/** The broker has filled its files and compiled its code before anything counts. */
async function warmUp(run: Run, bytes: number): Promise<void> {
  const { bootstrap } = run.started.broker
  if (bytes === 0 || bootstrap === '') return
  const parameters = scaled({ bytes }, run.share)
  const topic = run.topic('warm-up')
  await runLoad('raw-produce', { bootstrap, topic, size: 1_024, ...parameters })
  await runLoad('raw-consume', { bootstrap, topic, size: 1_024 })
}

const reasonChars = 300

/** The first line and the end of the rest: the log of a broker that did not start is long, and says why at its end. */
function shortReason(error: unknown): string {
  const [first = '', ...rest] = String(error).trim().split('\n')
  const end = rest.join(' ').trim()
  return end === '' ? first : `${first} ... ${end.slice(-reasonChars)}`
}

async function oneWorkload(session: Session, visit: Visit, run: Run, workload: Workload): Promise<void> {
  const { system } = run.started
  const outcome = await measuredRun(workload, run).catch(shortReason)
  const figures: Figures = typeof outcome === 'string' ? {} : outcome
  const line: ResultLine = {
    run: session.run,
    time: new Date().toISOString(),
    workload: workload.name,
    group: workload.group,
    system: system.name,
    what: system.what,
    durability: system.durability,
    round: visit.round,
    share: session.share,
    parameters: scaled(workload.parameters, session.share),
    figures,
    ...(typeof outcome === 'string' ? { error: outcome } : {}),
    machine: session.machine,
    versions: session.versions
  }
  session.lines.push(line)
  await appendLine(session.out, line)
  const { name, unit } = workload.figure
  const result = line.error ?? `${shortNumber(figures[name] ?? Number.NaN)} ${unit}`
  say(session, `  ${workload.name}: ${result}`)
}

async function oneVisit(session: Session, visit: Visit, system: System): Promise<void> {
  const folder = await mkdtemp(join(session.data, `${system.name}-`))
  try {
    await using started: StartedSystem = await system.start({ folder })
    const run = newRun(started, session.share)
    await warmUp(run, visit.group.warmUpBytes)
    for (const workload of visit.workloads) await oneWorkload(session, visit, run, workload)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await syncDisk(session.data)
  }
}

async function main(): Promise<number> {
  const chosen = chosenWorkloads()
  const systems = chosenSystems()
  const rounds = positive('rounds', values.rounds, values.quick ? quickRounds : roundsDefault)
  const plan = visits({ workloads: chosen, systems, rounds, together: values.quick })
  if (values.list) {
    for (const { name, what } of chosen) console.log(`${name.padEnd(32)} ${what}`)
    return 0
  }
  const run = new Date().toISOString()
  const machine = await machineOf(values.data)
  refuseMemoryDisk(machine)
  const session: Session = {
    run,
    machine,
    versions: await versions(),
    lines: [],
    startedMs: performance.now(),
    data: dataFolder(values.data),
    out: values.out ?? join(cacheRoot, 'bench', `${run.replaceAll(':', '-')}.jsonl`),
    share: positive('share', values.share, values.quick ? quickShare : 1)
  }
  for (const [index, visit] of plan.entries()) {
    const system = systems.find(({ name }) => name === visit.system) as System
    const where = `${index + 1}/${plan.length} ${visit.group.name}, round ${visit.round} of ${rounds}`
    say(session, `${where}: ${system.name}, durable means: ${system.durability}`)
    await oneVisit(session, visit, system).catch((error: unknown) => {
      say(session, `  ${system.name} FAILED: ${shortReason(error)}`)
      process.exitCode = 1
    })
  }
  return report(session, chosen)
}

function report(session: Session, chosen: readonly Workload[]): number {
  const summary = new Summary(session.lines)
  console.log(summaryText(summary, chosen))
  const verdicts = judge(summary)
  if (verdicts.length > 0) console.log(`\n${verdictText(verdicts)}`)
  if (session.share < 1)
    console.log(
      `\nA trial with ${session.share} of the bytes and seconds: its figures are for nobody's table.`
    )
  console.error(`every run: ${session.out}`)
  return session.lines.some(({ error }) => error !== undefined) ? 1 : 0
}

const isProfile = values.profile || values['system-calls'] || values.copies
process.exitCode = isProfile
  ? await profile({
      data: dataFolder(values.data),
      share: positive('share', values.share, 1),
      cpu: values.profile,
      systemCalls: values['system-calls'],
      copies: values.copies,
      ...(values.out === undefined ? {} : { out: values.out })
    })
  : (await main()) || Number(process.exitCode ?? 0)
