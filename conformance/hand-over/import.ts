// Takes the data of Apache Kafka over and compares what both serve:
//   node conformance/hand-over/import.ts [--gigabytes 0.05] [--partitions 16] [--groups 5]
// A Kafka is filled, looked at by Java consumers and stopped; `naru import` takes its folder over, and a Naru on the
// result has to show the same: offsets, timestamps, keys, values and headers, for readers of committed records and of
// all. Groups go on where they were, the open transaction is ended, and a new transactional producer writes.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../cache.ts'
import { startKafka } from '../kafka/index.ts'
import { startNaru } from '../naru/index.ts'
import { runOrThrow } from '../process.ts'
import { Checks } from './checks.ts'
import { checksums } from './checksums.ts'
import { fill } from './fill.ts'
import { look } from './look.ts'
import { goesOnInGroup, writesAnew } from './new-work.ts'

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

const folder = await mkdtemp(join(tmpdir(), 'naru-import-'))
const checks = new Checks()
try {
  await using kafka = await startKafka({ dataDir: join(folder, 'kafka'), properties })
  const filling = await fill(kafka, {
    gigabytes: Number(values.gigabytes),
    partitions: Number(values.partitions),
    groups: Number(values.groups),
    zstd: true
  })
  const before = await look(kafka, filling)
  const data = join(folder, 'naru', 'data')
  const running = await naru('import', '--from-kafka', kafka.dataDir, '--data', data).catch(String)
  checks.note('a Kafka that runs is refused', running.includes('orderly'), running.slice(0, 300))
  await kafka.stop()
  console.log(await naru('import', '--from-kafka', kafka.dataDir, '--data', data, '--dry-run'))
  console.log(await naru('import', '--from-kafka', kafka.dataDir, '--data', data))
  const doctor = await naru('doctor', '--data', data)
  checks.note('naru doctor finds nothing', true, doctor)
  await using taken = await startNaru({ dataDir: join(folder, 'naru'), properties })
  const after = await look(taken, filling)
  checks.equal('records that committed readers get', after.committed, before.committed)
  checks.equal('records that all readers get', after.all, before.all)
  checks.equal('offsets of groups', after.groups, before.groups)
  checks.equal('settings of topics', after.settings, before.settings)
  await goesOnInGroup(taken, filling, before.groups, checks)
  await writesAnew(taken, 'transactional', after.committed, checks)
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
  `${values.gigabytes} GB in ${values.partitions} partitions, ${values.groups} groups`
)
