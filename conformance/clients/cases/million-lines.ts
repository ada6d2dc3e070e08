// A real amount of data: a file of a million lines goes in by kcat and comes out by the Java consumer with the
// same checksum, although the broker is killed and started again in the middle of reading.

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Context } from '../context.ts'
import { waitFor } from '../driver.ts'
import { runOrThrow } from '../../process.ts'

const lineCount = 1_000_003
const killAfter = 300_000
const reportEvery = 50_000
const linesPerWrite = 10_000
const timeoutMs = 120_000

/** A line of an access log, different in every line and in length. */
function line(index: number): string {
  const path = `/orders/${(index * 2_654_435_761) % 4_294_967_296}/${'items/'.repeat(index % 5)}`
  return `${1_700_000_000_000 + index} 10.0.${index % 256}.${(index >> 8) % 256} GET ${path} 200 ${index % 9973}`
}

/** Writes the file and returns its checksum. */
async function writeLines(file: string): Promise<string> {
  const digest = createHash('sha256')
  const output = createWriteStream(file)
  for (let start = 0; start < lineCount; start += linesPerWrite) {
    const count = Math.min(linesPerWrite, lineCount - start)
    const text = Array.from({ length: count }, (_, index) => `${line(start + index)}\n`).join('')
    digest.update(text)
    if (!output.write(text)) await once(output, 'drain')
  }
  output.end()
  await once(output, 'finish')
  return digest.digest('hex')
}

async function throughTheBroker(context: Context, file: string, sha256: string): Promise<string> {
  await using broker = await context.anotherBroker()
  const topic = context.name('lines')
  await context.createTopic(broker, topic)
  const producing = performance.now()
  // Idempotent: a retry of librdkafka must not repeat a line either.
  const target = ['-P', '-b', broker.bootstrap, '-t', topic, '-p', '0', '-X', 'enable.idempotence=true']
  await runOrThrow('kcat', [...target, '-l', file], { timeoutMs })
  const consuming = performance.now()
  const session = `${topic}-digest`
  const log = context.java.session(session)
  const command = { bootstrap: broker.bootstrap, clientId: 'java', topic, count: lineCount, reportEvery }
  const reading = context.java.request('digest', { ...command, session, timeoutMs }, timeoutMs + 10_000)
  await waitFor(
    [log],
    () => log.seen >= killAfter,
    () => `${log.seen} lines read`,
    timeoutMs
  )
  const seenAtKill = log.seen
  await broker.kill()
  await broker.restart()
  const result = await reading
  expectThat(seenAtKill < lineCount, 'everything was read before the kill')
  expectEqual(result['seen'], lineCount, 'lines read')
  expectEqual(result['sha256'], sha256, 'SHA-256')
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)
  const times = `in ${seconds(producing, consuming)} s, out ${seconds(consuming, performance.now())} s`
  return `${lineCount} lines, killed after ${seenAtKill}, sha256 ${sha256.slice(0, 12)}, ${times}`
}

export const millionLines: Case = {
  name: 'million-lines',
  shows:
    'a million lines in by kcat, out by Java with the same SHA-256 across kill -9 and restart of the broker',
  ci: true,
  only: ['java'],
  async run(context, clients) {
    const folder = await mkdtemp(join(tmpdir(), 'naru-lines-'))
    try {
      const file = join(folder, 'lines.txt')
      const sha256 = await writeLines(file)
      return await forEach(clients, () => throughTheBroker(context, file, sha256))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
