// Every client writes one record of each shape in each of the five codecs, and every client reads them all.
// Partition N holds codec N, so that a failing codec shows by its partition.

import { forEach, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { oneOfEach } from '../records.ts'
import { codecs, type WireRecord } from '../wire.ts'

const hourMs = 3_600_000
/** Clock of one machine, but a client may round its timestamp down. */
const clockSlackMs = 1000

interface Written {
  readonly topic: string
  readonly partitions: readonly WireRecord[][]
  readonly fromMs: number
  readonly toMs: number
}

async function write(context: Context, writer: Client): Promise<Written> {
  const topic = context.name('exchange', writer.name)
  await context.createTopic(context.broker, topic, { partitions: codecs.length })
  const fromMs = Date.now() - clockSlackMs
  const partitions = codecs.map((_, index) => oneOfEach(index, Date.now() - hourMs, writer.definition))
  for (const [index, codec] of codecs.entries())
    await writer.write(context.broker, topic, partitions[index] ?? [], codec)
  return { topic, partitions, fromMs, toMs: Date.now() + clockSlackMs }
}

/** The first difference between what was written to a partition and what came back, in words. */
function difference(
  expected: readonly WireRecord[],
  actual: readonly WireRecord[],
  written: Written
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} records instead of ${expected.length}`
  for (const [index, want] of expected.entries()) {
    const got = actual[index]
    if (got === undefined) return `no record ${index}`
    const name = Buffer.from(want.k ?? '', 'base64').toString() || 'no key'
    if (got.o !== index) return `record ${index} has offset ${got.o}`
    if (got.k !== want.k) return `key of "${name}": ${got.k} instead of ${want.k}`
    if (got.v !== want.v) return `value of "${name}": ${got.v} instead of ${want.v}`
    if (JSON.stringify(got.h) !== JSON.stringify(want.h))
      return `headers of "${name}": ${JSON.stringify(got.h)} instead of ${JSON.stringify(want.h)}`
    const time = got.t ?? -1
    const timeFits = want.t === null ? time >= written.fromMs && time <= written.toMs : time === want.t
    if (!timeFits)
      return `timestamp of "${name}": ${time} instead of ${want.t ?? `${written.fromMs}-${written.toMs}`}`
  }
  return undefined
}

/** What one reader sees of one writer's topic; the list of differences is empty when all is equal. */
async function compare(context: Context, reader: Client, written: Written): Promise<string[]> {
  const count = written.partitions.flat().length
  const all = codecs.map((_, index) => index)
  const records = await reader.read(context.broker, written.topic, all, count, 15_000)
  return codecs.flatMap((codec, index) => {
    const found = difference(
      written.partitions[index] ?? [],
      records.filter((record) => record.p === index),
      written
    )
    return found === undefined ? [] : [`${reader.name} reads ${codec}: ${found}`]
  })
}

export const exchange: Case = {
  name: 'exchange',
  shows:
    'what this client writes, every client reads with equal keys, values, headers, timestamps in five codecs',
  ci: true,
  async run(context, clients) {
    return forEach(clients, async (writer) => {
      const written = await write(context, writer)
      const differences: string[] = []
      // Readers one after another: seven writers already read side by side.
      for (const reader of context.everyone) {
        try {
          differences.push(...(await compare(context, reader, written)))
        } catch (error) {
          differences.push(`${reader.name} fails: ${String(error)}`)
        }
      }
      if (differences.length > 0) throw new Error(differences.join('; '))
    })
  }
}
