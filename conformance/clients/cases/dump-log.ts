// Kafka's DumpLogSegments reads the segment files record by record, and the indexes of closed segments.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Context } from '../context.ts'
import { fill } from '../group-members.ts'
import { incompressible, oneOfEach } from '../records.ts'
import { segmentLogs, writtenOut } from '../segment-files.ts'
import { toolOutput } from '../tool-runner.ts'
import { codecs, type Codec } from '../wire.ts'

/** Kafka's lower bound for segment.bytes. */
const segmentBytes = 1_048_576
const bigRecordBytes = 10_000
const bigRecords = 350

async function dump(context: Context, files: readonly string[], ...options: string[]): Promise<string> {
  const args = ['--files', files.join(','), ...options]
  const output = await toolOutput(context, { tool: 'kafka-dump-log', args })
  const complaint = /(mismatch|corrupt|invalid bytes|Missing)[^\n]*/i.exec(output)
  expectThat(complaint === null, `DumpLogSegments says: ${complaint?.[0]}`)
  return output
}

async function produceByJava(
  context: Context,
  topic: string,
  records: readonly object[],
  compression: Codec
) {
  const command = {
    bootstrap: context.broker.bootstrap,
    clientId: 'java',
    topic,
    compression,
    idempotent: true
  }
  await context.java.request('produce', { ...command, records })
}

/** One partition per codec: the dump must see the codec, every record and a valid checksum. */
async function dumpCodecs(context: Context): Promise<void> {
  const topic = context.name('dump-codecs')
  await context.createTopic(context.broker, topic, { partitions: codecs.length })
  for (const [partition, codec] of codecs.entries()) {
    const records = oneOfEach(partition, Date.now(), { writesTimestamps: true, writesNullHeaders: true })
    await produceByJava(context, topic, records, codec)
    const logs = await writtenOut(join(context.broker.dataDir, `${topic}-${partition}`), records.length)
    const output = await dump(context, logs, '--deep-iteration', '--print-data-log')
    const dumped = [...output.matchAll(/^\| offset: (\d+) /gm)].map((match) => Number(match[1]))
    expectEqual(dumped, [...records.keys()], `offsets dumped from ${codec}`)
    expectThat(
      output.includes(`compresscodec: ${codec}`),
      `the dump does not name ${codec}: ${output.slice(0, 300)}`
    )
    expectThat(!output.includes('isvalid: false'), `a batch of ${codec} is not valid`)
  }
}

/** Several segments: offset and time index of every closed one are compared with its records. */
async function dumpIndexes(context: Context): Promise<number> {
  const topic = context.name('dump-indexes')
  const configs = { 'segment.bytes': String(segmentBytes) }
  await context.createTopic(context.broker, topic, { configs })
  for (let sent = 0; sent < bigRecords; sent += 50)
    await fill(
      context,
      context.broker,
      topic,
      Array.from({ length: 50 }, () => incompressible(bigRecordBytes))
    )
  const folder = join(context.broker.dataDir, `${topic}-0`)
  await writtenOut(folder, bigRecords)
  const closed = (await segmentLogs(folder)).slice(0, -1)
  expectThat(closed.length >= 2, `only ${closed.length} closed segments`)
  for (const log of closed) {
    const [index, timeIndex] = ['.index', '.timeindex'].map((suffix) => log.replace(/\.log$/, suffix))
    if (index === undefined || timeIndex === undefined) continue
    expectThat((await readFile(index)).length > 0, `${index} is empty`)
    await dump(context, [log, index, timeIndex], '--deep-iteration')
    const checked = await dump(context, [index, timeIndex], '--index-sanity-check')
    expectThat(checked.includes('passed sanity check'), `no sanity check: ${checked.slice(0, 300)}`)
  }
  return closed.length
}

export const dumpLog: Case = {
  name: 'dump-log',
  shows: 'DumpLogSegments --deep-iteration reads segments and indexes without a complaint',
  ci: true,
  only: ['java'],
  run: (context, clients) =>
    forEach(clients, async () => {
      await dumpCodecs(context)
      return `${await dumpIndexes(context)} closed segments with their indexes`
    })
}
