// Hands a broker's data over to Apache Kafka and compares what both serve:
//   node conformance/hand-over/run.ts [--gigabytes 0.05] [--partitions 16] [--groups 5]
// The data are exported by `naru export`, the scripts of the export bring them into a fresh Apache Kafka 4.2.0, and a
// Java consumer reads both: offsets, timestamps, keys, values and headers have to be equal, for readers of committed
// records and of all. Groups go on where they were, and a new transactional producer writes.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RunningBroker } from '../broker.ts'
import { repositoryRoot } from '../cache.ts'
import { kafkaClasspath, kafkaTool, kafkaTools } from '../kafka/index.ts'
import { runOrThrow } from '../process.ts'
import { startBroker } from '../start.ts'
import { checksums } from './checksums.ts'
import { fill, type Filling } from './fill.ts'

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '0.05' },
    partitions: { type: 'string', default: '16' },
    groups: { type: 'string', default: '5' }
  }
})

let passed = 0
let failed = 0

function check(what: string, theirs: readonly string[], ours: readonly string[]): void {
  const missing = ours.filter((line) => !theirs.includes(line))
  const added = theirs.filter((line) => !ours.includes(line))
  if (missing.length === 0 && added.length === 0 && ours.length > 0) {
    passed++
    console.log(`ok     ${what}: ${ours.length} equal`)
    return
  }
  failed++
  console.log(
    `FAILED ${what}: of ${ours.length} here, ${missing.length} are missing and ${added.length} added there`
  )
  for (const line of missing.slice(0, 5)) console.log(`  here:  ${line}`)
  for (const line of added.slice(0, 5)) console.log(`  there: ${line}`)
}

interface Seen {
  readonly committed: readonly string[]
  readonly all: readonly string[]
  readonly groups: readonly string[]
}

async function look(broker: RunningBroker, { topics }: Filling): Promise<Seen> {
  const args = ['--bootstrap-server', broker.bootstrap, '--describe', '--all-groups', '--offsets']
  const { stdout } = await kafkaTool('kafka-consumer-groups', args)
  // GROUP TOPIC PARTITION CURRENT-OFFSET ...
  const groups = stdout
    .split('\n')
    .filter((line) => /^group-\d/.test(line))
    .map((line) => line.split(/\s+/).slice(0, 4).join(' '))
  return {
    committed: await checksums(broker.bootstrap, 'read_committed', topics),
    all: await checksums(broker.bootstrap, 'read_uncommitted', topics),
    groups: groups.toSorted()
  }
}

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
  check('records that committed readers get', after.committed, before.committed)
  check('offsets of groups', after.groups, before.groups)
  await runOrThrow(
    'kcat',
    ['-b', kafka.bootstrap, '-P', '-t', 'transactional', '-X', 'enable.idempotence=true'],
    {
      input: 'a new producer\n'
    }
  )
  const later = await checksums(kafka.bootstrap, 'read_committed', ['transactional'])
  const grown = later.filter((line) => !after.committed.includes(line)).length
  if (grown === 1) passed++
  else failed++
  console.log(
    `${grown === 1 ? 'ok    ' : 'FAILED'} a new idempotent producer writes, and committed readers see it`
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
