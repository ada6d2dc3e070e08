/** A program for `disposal.test.ts`: uses brokers, closes them, and says what is still open then. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createTestBroker, ManualClock } from '@naru/testing'
import { consumerOf, producerOf, send } from '../clients.ts'

async function useBroker(durability: 'memory' | 'fsync', fail: boolean): Promise<void> {
  await using broker = await createTestBroker({ durability, topics: ['orders'], clock: new ManualClock() })
  await using producer = producerOf(broker)
  await send(producer, 'orders', 'one')
  await using consumer = consumerOf(broker)
  await consumer.consume({ topics: ['orders'] })
  broker.faults.delay({ api: 'Fetch', ms: Infinity })
  await broker.crash()
  await broker.restart()
  if (fail) throw new Error('the test fails here')
}

for (const durability of ['memory', 'fsync'] as const) {
  await useBroker(durability, false)
  await useBroker(durability, true).catch(() => undefined)
}
// Sockets of the clients that were cut off report their end in the next turns.
await new Promise((resolve) => setTimeout(resolve, 20))
const open = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap')
const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('naru-test-'))
console.log(JSON.stringify({ open, folders }))
