/**
 * Requests of transactional producers arrive late, twice, or behind those that were sent after them, on other connections:
 * whoever reads committed records sees no transaction that was aborted or is torn, and none hangs beyond its time-out.
 *
 *     node conformance/transactions/control-requests.ts --cycles 2000 --carrier "franz-go v1"
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../crash/harness/at-exit.ts'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from '../crash/harness/campaign.ts'
import { createTopic } from '../crash/harness/victim.ts'
import { startNaru } from '../naru/index.ts'
import { freePorts } from '../process.ts'
import { CARRIERS, Copier, dump, fill, Follower, settled, type Carrier, type CopyPlace } from './copiers.ts'
import { judgeCopies } from './judge.ts'
import { UnrulyProxy } from './unruly-proxy.ts'

const BATCH = 200
const PARTITIONS = 3
const SOURCE_RECORDS = 100_000
/** One control request of so many. */
const DISTURBED_EVERY = 6
const TRANSACTION_TIMEOUT_MS = 3_000
const SETTLED_WITHIN_MS = TRANSACTION_TIMEOUT_MS + 10_000
const LOOK_EVERY_MS = 50
const BATCH_MS_MAX = 180_000
/** The slowest stray request is answered by then. */
const STRAYS_MS = 1_500

const options = campaignOptions(2000, { own: { carrier: '' } })

const properties = {
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '200',
  'offsets.topic.num.partitions': '3',
  'transaction.state.log.num.partitions': '3'
}

/** Each batch has the next one's turn. */
const nextCarrier = (first: number): Carrier => CARRIERS[(first / BATCH) % CARRIERS.length] ?? 'naru'

async function runBatch({ first, random, repetitions }: Batch): Promise<BatchFindings> {
  await using folder = await temporaryFolder('control', options.folder)
  const [port = 0, proxyPort = 0] = await freePorts(2)
  const bootstrap = `127.0.0.1:${proxyPort}`
  const dataDir = join(folder.path, 'broker')
  await using broker = await startNaru({ dataDir, port, advertise: bootstrap, properties })
  const wanted = options.own.carrier
  const carrier = CARRIERS.find((name) => name === wanted) ?? nextCarrier(first)
  const epochRises = carrier === 'franz-go' || carrier === 'java'
  const target = { host: '127.0.0.1', port: broker.port }
  await using proxy = new UnrulyProxy({ target, port: proxyPort, random, every: DISTURBED_EVERY, epochRises })
  await proxy.listen()
  const place: CopyPlace = {
    bootstrap,
    source: 'source',
    target: 'target',
    ledger: 'ledger',
    group: 'copiers',
    partitions: PARTITIONS
  }
  for (const topic of [place.source, place.target]) await createTopic(bootstrap, topic, PARTITIONS)
  await createTopic(bootstrap, place.ledger, 1)
  await fill(place, SOURCE_RECORDS)
  for (const name of Object.keys(proxy.counts)) delete proxy.counts[name]
  const follower = await Follower.start(place, join(folder.path, 'follower.jsonl'))
  const history = join(folder.path, 'copier.jsonl')
  const shared = { place, carrier, transactionalId: 'copier', perTransaction: 15, abortEvery: 4 }
  const copier = new Copier({ ...shared, timeoutMs: TRANSACTION_TIMEOUT_MS, history })
  await copier.start()
  const problems: string[] = []
  const endAt = performance.now() + BATCH_MS_MAX
  while (proxy.total < repetitions && performance.now() < endAt && !copier.hasEnded)
    await sleep(LOOK_EVERY_MS)
  if (copier.hasEnded) problems.push('the copier has ended by itself')
  if (proxy.total < repetitions) problems.push(`only ${proxy.total} requests were disturbed`)
  const injected = { ...proxy.counts, [`under ${carrier}`]: proxy.total }
  await copier.kill()
  await sleep(STRAYS_MS)
  const end = await settled(place, SETTLED_WITHIN_MS)
  const followed = await follower.stop()
  const final = await dump(place)
  const positions = new Map(Object.entries(end.offsets).map(([partition, at]) => [Number(partition), at]))
  const events = await copier.events()
  const { target: copy, ledger } = place
  const judged = judgeCopies({ target: copy, ledger, events, followed, final, positions })
  problems.push(...judged.problems)
  return {
    broker: 'naru',
    injected,
    acknowledged: judged.copies,
    lost: judged.lost,
    duplicated: judged.duplicated,
    reordered: judged.reordered,
    other: judged.other + judged.torn + judged.abortedVisible,
    readyMs: [],
    problems,
    notes: {
      transactions: judged.begun,
      committed: judged.committed,
      aborted: judged.aborted,
      'without an answer': judged.unknown,
      sessions: events.filter(({ kind }) => kind === 'session').length,
      torn: judged.torn,
      'aborted visible': judged.abortedVisible,
      'slowest until settled ms': end.ms
    }
  }
}

await runCampaign({ name: 'control-requests-naru', options, batchSize: BATCH, run: runBatch })
