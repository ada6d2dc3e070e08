// Hands a broker's data over to Apache Kafka and compares what both serve:
//   node conformance/hand-over/run.ts [--gigabytes 0.05] [--partitions 16] [--groups 5]
// The data are exported by `naru export`, the scripts of the export bring them into a fresh Apache Kafka 4.2.0, and a
// Java consumer reads both: offsets, timestamps, keys, values and headers have to be equal, for readers of committed
// records and of all. Groups go on where they were, and a new transactional producer writes.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../cache.ts'
import { kafkaClasspath, kafkaTools } from '../kafka/index.ts'
import { runOrThrow } from '../process.ts'
import { startBroker } from '../start.ts'
import { Checks } from './checks.ts'
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

const checks = new Checks()

/** Kafka's own script of that name, as far as the export needs it. */
async function topicsTool(folder: string): Promise<string> {
  const path = join(folder, 'kafka-topics.sh')
  const command = `exec java -cp '${await kafkaClasspath()}' ${kafkaTools['kafka-topics']} "$@"`
  await writeFile(path, `#!/bin/sh\n${command}\n`)
  await chmod(path, 0o755)
  return path
}

const folder = await mkdtemp(join(tmpdir(), 'naru-hand-over-'))
try {
  await using naru = await startBroker('naru', { properties: { 'transaction.max.timeout.ms': '900000' } })
  const filling = await fill(naru, {
    gigabytes: Number(values.gigabytes),
    partitions: Number(values.partitions),
    groups: Number(values.groups)
  })
  const before = await look(naru, filling)
  await naru.stop()
  const out = join(folder, 'out')
  const naruCommand = join(repositoryRoot, 'packages/cli/bin/naru.js')
  const exported = await runOrThrow(process.execPath, [
    naruCommand,
    'export',
    '--data',
    dirname(naru.dataDir),
    '--to-kafka',
    out
  ])
  console.log(exported.stdout.trim())
  await using kafka = await startBroker('kafka')
  await runOrThrow('sh', [join(out, 'create-topics.sh'), kafka.bootstrap], {
    env: { KAFKA_TOPICS: await topicsTool(folder) }
  })
  await kafka.stop()
  await runOrThrow('sh', [join(out, 'install.sh'), kafka.dataDir])
  await kafka.restart()
  const after = await look(kafka, filling)
  checks.equal('records that committed readers get', after.committed, before.committed)
  checks.equal('offsets of groups', after.groups, before.groups)
  await goesOnInGroup(kafka, filling, before.groups, checks)
  await writesAnew(kafka, 'transactional', after.committed, checks)
} finally {
  await rm(folder, { recursive: true, force: true })
}
await checks.end(
  'export',
  `${values.gigabytes} GB in ${values.partitions} partitions, ${values.groups} groups`
)
