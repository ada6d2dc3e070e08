// Reading from a point in time: the first record at or after it, and the end when there is none.

import { forEach, expectEqual, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { newRecord, textOf } from '../records.ts'

const count = 10
const stepMs = 1000

async function readFrom(
  context: Context,
  client: Client,
  topic: string,
  timestamp: number,
  expected: string[]
) {
  const { records } = await client.adapter.call('consume', {
    ...client.at(context.broker),
    topic,
    partitions: [0],
    fromTimestamp: timestamp,
    count: Math.max(expected.length, 1),
    timeoutMs: expected.length > 0 ? 15_000 : 1500
  })
  expectEqual(records.map(textOf), expected, `records from ${timestamp}`)
}

export const startByTimestamp: Case = {
  name: 'start-by-timestamp',
  shows: 'reading from a timestamp starts at the first record that is not older',
  ci: true,
  async run(context, clients) {
    const topic = context.name('timestamp')
    const first = Date.now() - 100_000
    await context.createTopic(context.broker, topic)
    // Each record is a batch of its own, and one batch holds several: both kinds of look-up happen.
    const records = Array.from({ length: count }, (_, index) =>
      newRecord({ value: `at ${index}`, timestamp: first + index * stepMs })
    )
    const write = (part: typeof records): Promise<unknown> =>
      context.java.call('produce', {
        bootstrap: context.broker.bootstrap,
        clientId: 'java',
        topic,
        compression: 'none',
        idempotent: false,
        records: part
      })
    for (const record of records.slice(0, 4)) await write([record])
    await write(records.slice(4))
    const values = records.map(textOf)
    return forEach(clients, async (client) => {
      await readFrom(context, client, topic, first + 2 * stepMs, values.slice(2))
      await readFrom(context, client, topic, first + 6 * stepMs - 1, values.slice(6))
      await readFrom(context, client, topic, first + count * stepMs, [])
    })
  }
}
