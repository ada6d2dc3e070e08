/**
 * A topic of a million records is copied exactly once in transactions, while the broker is killed again and again: the copy
 * has the same records in the same order. By franz-go and by the Java client.
 *
 *     node conformance/transactions/million.ts --records 1000000 --cycles 50 --carrier java
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '@naru/simulator'
import { temporaryFolder } from '../crash/harness/at-exit.ts'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from '../crash/harness/campaign.ts'
import { createTopic, NaruVictim } from '../crash/harness/victim.ts'
import { freePorts } from '../process.ts'
import {
  CARRIERS,
  checksums,
  Copier,
  fill,
  passed,
  settled,
  type Carrier,
  type CopyPlace
} from './copiers.ts'

const options = campaignOptions(50, { own: { records: '1000000', carrier: 'franz-go' } })
const records = Number(options.own.records)
const carrier: Carrier = CARRIERS.find((name) => name === options.own.carrier) ?? 'franz-go'
const partitions = 4
const perTransaction = 500
const abortEvery = 20
const transactionTimeoutMs = 10_000
/** How long the broker lives before it is killed. */
const lifeMsMin = 300
const lifeMsSpread = 1_500
/** One kill of so many hits the copier, too. */
const copierKillEvery = 10
const lookEveryMs = 500
/** Behind the last kill. */
const restMsMax = 400_000

async function newPlace(victim: NaruVictim): Promise<CopyPlace> {
  await victim.restart()
  const { bootstrap } = victim
  const place = { bootstrap, source: 'source', target: 'target', ledger: '', group: 'copiers', partitions }
  for (const topic of [place.source, place.target]) await createTopic(bootstrap, topic, partitions)
  await fill(place, records)
  return place
}

interface Kills {
  readonly brokers: number
  readonly copiers: number
  readonly readyMs: readonly number[]
}

async function killAgainAndAgain(
  victim: NaruVictim,
  copier: Copier,
  count: number,
  random: SeededRandom
): Promise<Kills> {
  const kills = { brokers: 0, copiers: 0, readyMs: [] as number[] }
  while (kills.brokers < count && !copier.hasEnded) {
    await sleep(lifeMsMin + random.below(lifeMsSpread))
    await victim.kill()
    kills.brokers++
    if (random.oneIn(copierKillEvery)) {
      await copier.kill()
      await copier.start()
      kills.copiers++
    }
    await victim.restart()
    kills.readyMs.push(Math.round(victim.startMs))
  }
  return kills
}

/** Waits until the group stands at the end of the source. */
async function untilCopied(place: CopyPlace, copier: Copier): Promise<boolean> {
  const endAt = performance.now() + restMsMax
  while (performance.now() < endAt) {
    if (copier.hasEnded) return true
    if ((await passed(place)) >= records) return true
    await sleep(lookEveryMs)
  }
  return false
}

async function runBatch({ random, repetitions }: Batch): Promise<BatchFindings> {
  await using folder = await temporaryFolder('million', options.folder)
  const [port = 0] = await freePorts(1)
  await using victim = new NaruVictim({ data: join(folder.path, 'data'), logs: folder.path }, port)
  const place = await newPlace(victim)
  const history = join(folder.path, 'copier.jsonl')
  const shared = { place, carrier, transactionalId: 'copier', perTransaction, abortEvery }
  const copier = new Copier({ ...shared, timeoutMs: transactionTimeoutMs, history, plain: true })
  await copier.start()
  const begun = performance.now()
  const kills = await killAgainAndAgain(victim, copier, repetitions, random)
  const problems: string[] = []
  if (!(await untilCopied(place, copier))) problems.push('the copy did not come to its end')
  const seconds = Math.round((performance.now() - begun) / 1000)
  await copier.kill()
  await settled(place, transactionTimeoutMs + 10_000)
  const [from, to] = [await checksums(place, place.source), await checksums(place, place.target)]
  for (const [index, line] of from.entries())
    if (line !== to[index]) problems.push(`the source has ${line}, the copy ${to[index]}`)
  const events = await copier.events()
  const outcomes = Map.groupBy(events, ({ outcome }) => outcome ?? 'none')
  const copied = to.reduce((sum, line) => sum + (JSON.parse(line) as { count: number }).count, 0)
  return {
    broker: 'naru',
    injected: { kills: kills.brokers, 'copier killed': kills.copiers, [`under ${carrier}`]: 1 },
    acknowledged: copied,
    lost: Math.max(0, records - copied),
    duplicated: Math.max(0, copied - records),
    reordered: problems.length > 0 && copied === records ? 1 : 0,
    other: 0,
    readyMs: kills.readyMs,
    problems,
    notes: {
      transactions: events.filter(({ kind }) => kind === 'begin').length,
      aborted: outcomes.get('aborted')?.length ?? 0,
      'without an answer': outcomes.get('unknown')?.length ?? 0,
      'seconds of copying': seconds
    }
  }
}

const name = `million-${carrier.replaceAll(' ', '-')}-naru`
await runCampaign({ name, options, batchSize: options.cycles, run: runBatch })
