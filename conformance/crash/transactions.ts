/**
 * `kill -9` under copies in transactions: at random moments, and at each step that a transaction takes in the log, before
 * it, in it, and when it is durable and nobody has been told. The copier is killed, too, and goes on under its id.
 *
 *     node conformance/crash/transactions.ts --cycles 1000
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '@naru/simulator'
import {
  CARRIERS,
  Copier,
  dump,
  fill,
  Follower,
  settled,
  type Carrier,
  type CopyPlace,
  type Settled
} from '../transactions/copiers.ts'
import { judgeCopies, type CopyJudgement } from '../transactions/judge.ts'
import { MOMENTS, STEPS } from '../transactions/steps.ts'
import { temporaryFolder } from './harness/at-exit.ts'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from './harness/campaign.ts'
import { createTopic, NaruVictim } from './harness/victim.ts'
import { freePorts } from '../process.ts'

const BATCH = 25
const SOURCE_RECORDS = 100_000
const PARTITIONS = 3
/** How long a broker lives when it is killed by the clock. */
const LIFE_MS_MIN = 100
const LIFE_MS_SPREAD = 600
/** A step that is not reached in this time is not waited for. */
const STEP_WITHIN_MS = 1_500
const PASSES_SPREAD = 3
const TRANSACTION_TIMEOUT_MS = 3_000
/** Behind its time-out a transaction is found by the next look and ended. */
const SETTLED_WITHIN_MS = TRANSACTION_TIMEOUT_MS + 10_000

const PROPERTIES = {
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '200',
  'offsets.topic.num.partitions': '3',
  'transaction.state.log.num.partitions': '3'
}
const options = campaignOptions(1000, { own: { carrier: '' } })

/** A life and the way it ended. */
interface Death {
  readonly cause: string
  /** Milliseconds from the start to the first answer. */
  readonly readyMs: number | undefined
}

/** Starts the broker and sees it die: at a step, or after some time. */
async function liveAndDie(victim: NaruVictim, random: SeededRandom): Promise<Death> {
  const isByStep = random.oneIn(2)
  const step = random.pick(STEPS)
  const moment = random.pick(MOMENTS)
  const cause = isByStep ? `${step} ${moment}` : 'at random'
  // Every other one writes out and checkpoints all the time, so that it starts from there, and not from the journal.
  const haste: Record<string, string> = random.oneIn(2) ? { NARU_HASTE: '1' } : {}
  victim.env = isByStep ? { ...haste, NARU_KILL_AT: `${cause} ${random.below(PASSES_SPREAD)}` } : haste
  try {
    await victim.restart()
  } catch (error) {
    // What was open is ended in the start: the step may come before the first answer.
    if (isByStep && String(error).includes('killed at'))
      return { cause: `${cause} in a start`, readyMs: undefined }
    throw error
  }
  const readyMs = Math.round(victim.startMs)
  if (!isByStep) await sleep(LIFE_MS_MIN + random.below(LIFE_MS_SPREAD))
  const isDead = isByStep && (await victim.endsWithin(STEP_WITHIN_MS)) !== undefined
  await victim.kill()
  return { cause: isDead || !isByStep ? cause : 'step not reached', readyMs }
}

async function newPlace(victim: NaruVictim): Promise<CopyPlace> {
  await victim.restart()
  const { bootstrap } = victim
  const place = { bootstrap, source: 'source', target: 'target', ledger: 'ledger', group: 'copiers' }
  await createTopic(bootstrap, place.source, PARTITIONS)
  await createTopic(bootstrap, place.target, PARTITIONS)
  await createTopic(bootstrap, place.ledger, 1)
  await fill({ ...place, partitions: PARTITIONS }, SOURCE_RECORDS)
  return { ...place, partitions: PARTITIONS }
}

/** Who copies, and who reads along, in the folder of the batch. */
interface Load {
  readonly carrier: Carrier
  readonly copier: Copier
  readonly follower: Follower
}

async function startLoad(place: CopyPlace, folder: string, first: number): Promise<Load> {
  const wanted = options.own.carrier
  const carrier =
    CARRIERS.find((name) => name === wanted) ?? CARRIERS[(first / BATCH) % CARRIERS.length] ?? 'naru'
  const shared = { place, carrier, transactionalId: 'copier', perTransaction: 15, abortEvery: 5 }
  const history = join(folder, 'copier.jsonl')
  const copier = new Copier({ ...shared, timeoutMs: TRANSACTION_TIMEOUT_MS, history })
  const follower = await Follower.start(place, join(folder, 'follower.jsonl'))
  await copier.start()
  return { carrier, copier, follower }
}

/** The rest of the history, and what is wrong with all of it. */
async function conclude(place: CopyPlace, { copier, follower }: Load): Promise<CopyJudgement & Settled> {
  const end = await settled(place, SETTLED_WITHIN_MS)
  const followed = await follower.stop()
  const final = await dump(place)
  const { target, ledger } = place
  const positions = new Map(Object.entries(end.offsets).map(([partition, at]) => [Number(partition), at]))
  const events = await copier.events()
  return { ...judgeCopies({ target, ledger, events, followed, final, positions }), ...end }
}

async function runBatch({ first, random, repetitions }: Batch): Promise<BatchFindings> {
  await using folder = await temporaryFolder('transactions', options.folder)
  const [port = 0] = await freePorts(1)
  const entry = join(import.meta.dirname, 'harness/failpoint-broker.ts')
  const data = join(folder.path, 'data')
  await using victim = new NaruVictim({ data, logs: folder.path, properties: PROPERTIES, entry }, port)
  const place = await newPlace(victim)
  const load = await startLoad(place, folder.path, first)
  const { copier } = load
  await victim.kill()
  const injected: Record<string, number> = { [`under ${load.carrier}`]: repetitions }
  const count = (what: string): void => void (injected[what] = (injected[what] ?? 0) + 1)
  const readyMs: number[] = []
  const problems: string[] = []
  for (let cycle = 0; cycle < repetitions; cycle++) {
    if (random.oneIn(5)) {
      await copier.kill()
      await copier.start()
      count('copier killed')
    }
    if (copier.hasEnded) {
      problems.push('the copier has ended by itself')
      break
    }
    const death = await liveAndDie(victim, random)
    count(death.cause)
    if (death.readyMs !== undefined) readyMs.push(death.readyMs)
  }
  victim.env = {}
  await victim.restart()
  // Some transaction is open when its producer is gone for good.
  await sleep(LIFE_MS_MIN + random.below(LIFE_MS_SPREAD))
  await copier.kill()
  const judged = await conclude(place, load)
  problems.push(...judged.problems)
  if (judged.committed === 0) problems.push('nothing was committed: the cycles prove nothing')
  return { broker: 'naru', injected, readyMs, ...rowOf(judged), problems }
}

function rowOf(
  judged: CopyJudgement & Settled
): Omit<BatchFindings, 'broker' | 'injected' | 'readyMs' | 'problems'> {
  return {
    acknowledged: judged.copies,
    lost: judged.lost,
    duplicated: judged.duplicated,
    reordered: judged.reordered,
    other: judged.other + judged.torn + judged.abortedVisible,
    notes: {
      transactions: judged.begun,
      committed: judged.committed,
      aborted: judged.aborted,
      'without an answer': judged.unknown,
      torn: judged.torn,
      'aborted visible': judged.abortedVisible,
      'left open by the last kill': judged.hung ? 1 : 0,
      'slowest until settled ms': judged.ms
    }
  }
}

await runCampaign({ name: 'transactions-naru', options, batchSize: BATCH, run: runBatch })
