// Takes the data of Apache Kafka over and compares what both serve:
//   node conformance/hand-over/import.ts [--gigabytes 0.05] [--partitions 16] [--groups 5]
// A Kafka with a past is filled, looked at by Java consumers and stopped; `naru import` takes its folders over, and a Naru on the
// result has to show the same: offsets, timestamps, keys, values and headers, for readers of committed records and of
// all. Groups go on where they were, the open transaction is ended, and a new transactional producer writes.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../cache.ts'
import type { RunningBroker } from '../broker.ts'
import { startNaru } from '../naru/index.ts'
import { runOrThrow } from '../process.ts'
import { Checks } from './checks.ts'
import { checksums } from './checksums.ts'
import { fill, inTransactions } from './fill.ts'
import { look } from './look.ts'
import { goesOnInGroup, recordsIn, writesAnew } from './new-work.ts'
import { liveThrough, RECORDS_BEHIND_OPEN, startPastKafka } from './past.ts'

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '0.05' },
    partitions: { type: 'string', default: '16' },
    groups: { type: 'string', default: '5' }
  }
})

const naruCommand = join(repositoryRoot, 'packages/cli/bin/naru.js')
/** What `fill` leaves open ends no sooner. */
const properties = { 'transaction.max.timeout.ms': '900000' }

async function naru(...args: readonly string[]): Promise<string> {
  return (await runOrThrow(process.execPath, [naruCommand, ...args])).stdout.trim()
}

/**
 * Producers go on under the ids that they had in Kafka, whose coordinators of higher epochs have ended their transactions.
 * The first one left a transaction open, behind which committed readers have seen nothing of what the past wrote last.
 */
async function goesOnInTransactions(broker: RunningBroker, before: readonly string[]): Promise<void> {
  let known = recordsIn(before, 'transactional')
  const expected = { open: RECORDS_BEHIND_OPEN + 300, ended: 300 }
  for (const [id, more] of Object.entries(expected)) {
    await inTransactions(broker.bootstrap, 'transactional', { id, records: 300 })
    const seen = await checksums(broker.bootstrap, 'read_committed', ['transactional'])
    const grown = recordsIn(seen, 'transactional') - known
    checks.note(
      `${id} goes on under its transactional id`,
      grown === more,
      `${grown} records more, not ${more}`
    )
    known += grown
  }
}

const folder = await mkdtemp(join(tmpdir(), 'naru-import-'))
const checks = new Checks()
try {
  await using past = await startPastKafka(join(folder, 'kafka'))
  const { broker: kafka, folders } = past
  const filled = await fill(kafka, {
    gigabytes: Number(values.gigabytes),
    partitions: Number(values.partitions),
    groups: Number(values.groups),
    zstd: true
  })
  const lived = await liveThrough(past)
  const filling = {
    topics: [...filled.topics, ...lived.topics],
    groups: [...filled.groups, ...lived.groups]
  }
  const before = await look(kafka, filling)
  const data = join(folder, 'naru', 'data')
  const running = await naru('import', '--from-kafka', folders, '--data', data).catch(String)
  checks.note('a Kafka that runs is refused', running.includes('orderly'), running.slice(0, 300))
  await kafka.stop()
  const one = ['--from-kafka', kafka.dataDir, '--data', data, '--dry-run']
  const half = await naru('import', ...one).catch(String)
  checks.note('one of two log folders is refused', half.includes('log.dirs'), half.slice(0, 300))
  const told = await naru('import', '--from-kafka', folders, '--data', data, '--dry-run')
  const isTold = /ACLs: 1, passwords of users: 1, quotas: 1/.test(told)
  checks.note('what is left behind is told', isTold, told.slice(-600))
  console.log(await naru('import', '--from-kafka', folders, '--data', data))
  const doctor = await naru('doctor', '--data', data)
  checks.note('naru doctor finds nothing', true, doctor)
  await using taken = await startNaru({ dataDir: join(folder, 'naru'), properties })
  const after = await look(taken, filling)
  checks.equal('records that committed readers get', after.committed, before.committed)
  checks.equal('records that all readers get', after.all, before.all)
  checks.equal('offsets of groups', after.groups, before.groups)
  checks.equal('settings of topics', after.settings, before.settings)
  checks.equal('producers and their open transactions', after.producers, before.producers)
  await goesOnInGroup(taken, filling, before.groups, checks)
  await goesOnInTransactions(taken, after.committed)
  const ended = await checksums(taken.bootstrap, 'read_committed', ['transactional'])
  await writesAnew(taken, 'transactional', ended, checks)
  await taken.stop()
  await taken.restart()
  checks.equal(
    'records after a restart',
    await checksums(taken.bootstrap, 'read_committed', ['plain']),
    after.committed.filter((line) => line.startsWith('plain-'))
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
await checks.end(
  'import',
  `${values.gigabytes} GB in ${values.partitions} partitions and those of a past, ${values.groups} groups`
)
