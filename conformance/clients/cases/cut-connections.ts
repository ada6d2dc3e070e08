// An idempotent producer whose connection is cut twenty times after the broker has written what it sent.

import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningBroker } from '../../broker.ts'
import { expectEqual, expectThat, forEach, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { CuttingProxy } from '../cutting-proxy.ts'
import { repeated } from '../group-members.ts'
import { textOf } from '../records.ts'

const cuts = 20
const intervalMs = 5
const timeoutMs = 60_000

async function produceThroughCuts(
  context: Context,
  client: Client,
  broker: RunningBroker,
  proxy: CuttingProxy
): Promise<string> {
  const topic = context.name('cuts', client.name)
  await context.createTopic(broker, topic)
  const session = `stream-${client.name}`
  await client.adapter.call('stream-start', {
    ...client.at(broker),
    session,
    topic,
    prefix: 'record ',
    intervalMs
  })
  const deadline = performance.now() + timeoutMs
  while (proxy.cuts(client.name) < cuts && performance.now() < deadline) await sleep(20)
  const result = await client.adapter.call('stream-stop', { session })
  expectThat(
    proxy.cuts(client.name) >= cuts,
    `only ${proxy.cuts(client.name)} cuts, ${result.failures.join(', ')}`
  )
  expectEqual(result.failures.slice(0, 3), [], 'failed sends')
  expectEqual(result.acked, result.sent, 'acknowledged records')
  const values = (await client.read(broker, topic, [0], result.sent)).map(textOf)
  expectEqual(repeated(values).slice(0, 3), [], 'duplicates')
  const expected = Array.from({ length: result.sent }, (_, index) => `record ${index}`)
  expectEqual(values.length, expected.length, 'records in the log')
  const wrong = values.findIndex((value, index) => value !== expected[index])
  expectThat(wrong < 0, `record ${wrong} is "${values[wrong]}"`)
  return `${result.sent} records through ${proxy.cuts(client.name)} cuts`
}

export const cutConnections: Case = {
  name: 'cut-connections',
  shows: 'an idempotent producer loses, repeats and reorders nothing through 20 cut connections',
  ci: true,
  async run(context, clients) {
    await using proxy = new CuttingProxy(cuts)
    const port = await proxy.listen()
    const broker = await context.anotherBroker({ advertise: `127.0.0.1:${port}` })
    proxy.forwardTo({ host: broker.host, port: broker.port })
    const outcomes = await forEach(clients, (client) => produceThroughCuts(context, client, broker, proxy))
    await broker.close()
    return outcomes
  }
}
