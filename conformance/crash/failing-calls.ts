/**
 * One call on the disk fails, call by call: a write, sync, rename, create, remove or truncate with EIO. Nothing may be
 * acknowledged after it, the process stops, and the next start serves only what the disk has: half of the time
 * the power goes before that start, half of the time shortly after it, when readers have seen what the page
 * cache showed.
 *
 *     node conformance/crash/failing-calls.ts --cycles 3000
 *
 * The first thousand repetitions fail each of the calls 1 to 1,000 so that the data stays in the page cache, the
 * second thousand so that nothing is done, the third thousand after a short write. Where a machine cannot mount disks,
 * the power stays on. A repetition whose limits of time ran out because the test itself stood still, or whose call never
 * came on a machine that was too busy for a thousand calls, is done again; what a history shows stays a finding.
 */
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '@naru/simulator'
import {
  campaignOptions,
  runCampaign,
  skipWhenMissing,
  type Batch,
  type BatchFindings
} from './harness/campaign.ts'
import { temporaryFolder } from './harness/at-exit.ts'
import { Heartbeat, isLate } from './harness/held-up.ts'
import { failingEnv, readReport, whyNoFailingCalls, type FailMode } from './harness/failing-calls.ts'
import type { Judgement } from './harness/judge.ts'
import { LoopDisk, whyNoLoopDisk } from './harness/loop-disk.ts'
import { freePorts } from '../process.ts'
import { NaruVictim, createTopic } from './harness/victim.ts'
import { startWitness } from './harness/witness.ts'

const CALLS = 1000
/** Shares no factor with the number of calls: any few repetitions are spread over all of them. */
const STRIDE = 389
const MODES: readonly FailMode[] = ['after', 'before', 'short']
const BATCH = 24
/** Runs at the same time, each on a disk of its own: most of their time is waiting. */
const LANES = 3
const DISK_BYTES = 512 * 1024 ** 2
/** By then a thousand calls are made, the write-out of the first tails among them. */
const LOAD_MS_MAX = 60_000
/** An answer that was under way when the call failed arrives within this time. */
const UNDER_WAY_MS = 1_000
const STOP_MS_MAX = 10_000
const TRIES = 4
/** Without these the broker can go on, and nothing was promised that depends on them. */
const DISPENSABLE = new Set(['unlink'])

interface Found {
  readonly judgement: Judgement
  readonly kind: string
  readonly readyMs: number[]
  readonly problems: string[]
  /** Problems of time: they say nothing about a try that stood still. */
  readonly late: string[]
  /** The call was made, and failed. */
  readonly cameToIt: boolean
}

const options = campaignOptions(CALLS * MODES.length)
const noDisk = await whyNoLoopDisk('ext4')

async function start(
  victim: NaruVictim,
  { problems, late }: Pick<Found, 'problems' | 'late'>
): Promise<boolean> {
  try {
    await victim.restart()
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    ;(isLate(message) ? late : problems).push(message)
    return false
  }
}

async function failOne(at: number, mode: FailMode, random: SeededRandom): Promise<Found> {
  await using place = await temporaryFolder('fail', options.folder)
  const folder = place.path
  await using disk = noDisk === undefined ? await LoopDisk.create(folder, 'ext4', DISK_BYTES) : undefined
  const report = join(folder, 'report')
  const data = join(disk?.path ?? folder, 'data')
  await mkdir(data)
  await disk?.sync()
  const [port = 0] = await freePorts(1)
  await using victim = new NaruVictim({ data, logs: folder }, port)
  victim.env = await failingEnv({ below: data, at, error: 'EIO', mode, report })
  const problems: string[] = []
  const late: string[] = []
  const readyMs: number[] = []
  const isUp = await victim.restart().then(
    () => true,
    () => false
  )
  const isMade =
    isUp &&
    (await createTopic(victim.bootstrap).then(
      () => true,
      () => false
    ))
  const history = join(folder, `call-${at}-${mode}.jsonl`)
  const load = { bootstrap: victim.bootstrap, history, flags: { rate: 300 } }
  let witness = isMade ? await startWitness(load) : undefined
  let exit = await victim.endsWithin(isUp ? LOAD_MS_MAX : 0)
  const failed = (await readReport(report)).find(({ kind }) => kind !== 'calls')
  // The call may have failed just before the time was over.
  if (isUp && failed !== undefined) exit ??= await victim.endsWithin(STOP_MS_MAX)
  if (failed === undefined) late.push(`call ${at} never came`)
  else if (isUp && exit === undefined && !DISPENSABLE.has(failed.kind)) {
    late.push(`the process went on after call ${at}, ${failed.kind} of ${relative(folder, failed.path)}`)
  } else if (exit === 0) problems.push(`the process ended with success after call ${at}`)
  else if (exit === 'SIGKILL') late.push(`the process hung after call ${at}`)
  const lastAckMs = (await witness?.count())?.lastAckMs ?? 0
  if (failed !== undefined && exit !== undefined && lastAckMs > failed.atMs + UNDER_WAY_MS) {
    late.push(`acknowledged ${Math.round(lastAckMs - failed.atMs)} ms after call ${at} had failed`)
  }
  await victim.kill()
  victim.env = {}
  // The next start either finds what the disk has, or first shows what only the page cache has.
  if (random.oneIn(2)) {
    await start(victim, { problems, late })
    await sleep(random.below(STOP_MS_MAX / 20))
    await victim.kill()
  }
  await disk?.cutPower()
  if (await start(victim, { problems, late })) readyMs.push(Math.round(victim.startMs))
  if (witness === undefined) {
    // The call failed before there was a topic, or while it was made: then it may be there.
    await createTopic(victim.bootstrap).catch(() => undefined)
    witness = await startWitness(load)
  }
  await sleep(300)
  const judgement = await witness.stop()
  await victim.kill()
  // What the failed call took was never acknowledged, so that nothing may be called damaged.
  if (judgement.unreadable > 0)
    problems.push(`call ${at}: ${judgement.unreadable} acknowledged values are said to be damaged`)
  for (const problem of judgement.problems) {
    ;(isLate(problem) ? late : problems).push(`call ${at} ${failed?.kind} ${mode}: ${problem}`)
  }
  return { judgement, kind: failed?.kind ?? 'none', readyMs, problems, late, cameToIt: failed !== undefined }
}

/** Again where a try says nothing: it stood still, or its call never came. */
async function failOneFairly(at: number, mode: FailMode, random: SeededRandom): Promise<Found> {
  for (let tries = 1; ; tries++) {
    using heartbeat = new Heartbeat()
    const found = await failOne(at, mode, random)
    const isAgain = found.late.length > 0 && found.problems.length === 0 && tries < TRIES
    const why = heartbeat.wasHeldUp ? 'held up' : found.cameToIt ? undefined : 'never made'
    if (!isAgain || why === undefined) return found
    console.error(`failing-calls-naru: call ${at} again, ${why}: ${found.late.join('; ')}`)
  }
}

async function runBatch({ random, repetitions, first }: Batch): Promise<BatchFindings> {
  const found: Found[] = []
  let next = first
  const lane = async (): Promise<void> => {
    while (next < first + repetitions) {
      const repetition = next++
      const mode = MODES[Math.floor(repetition / CALLS) % MODES.length] ?? 'after'
      found.push(await failOneFairly(((repetition * STRIDE) % CALLS) + 1, mode, random))
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const injected: Record<string, number> = {}
  for (const { kind } of found) injected[kind] = (injected[kind] ?? 0) + 1
  const sum = (name: 'acknowledged' | 'lost' | 'duplicated' | 'reordered' | 'other'): number =>
    found.reduce((total, { judgement }) => total + judgement[name], 0)
  return {
    broker: 'naru',
    injected,
    acknowledged: sum('acknowledged'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    reordered: sum('reordered'),
    other: sum('other'),
    readyMs: found.flatMap((one) => one.readyMs),
    problems: found.flatMap((one) => [...one.problems, ...one.late])
  }
}

skipWhenMissing('failing-calls-naru', await whyNoFailingCalls())
if (noDisk !== undefined) console.error(`failing-calls-naru: without power cuts, ${noDisk}`)
await runCampaign({ name: 'failing-calls-naru', options, batchSize: BATCH, run: runBatch })
