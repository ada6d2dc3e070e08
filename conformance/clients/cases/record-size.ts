// Sizes around Kafka's default limit of 1,048,588 bytes for a whole batch.

import { forEach, expectEqual, expectThat, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { ClientError } from '../driver.ts'
import { incompressible } from '../records.ts'

const messageTooLarge = 10
const mebibyte = 1_048_576

async function roundTrip(context: Context, client: Client, topic: string, bytes: number): Promise<void> {
  const record = incompressible(bytes)
  await client.write(context.broker, topic, [record])
  const [read] = await client.read(context.broker, topic, [0], 1)
  expectThat(read?.v === record.v, `${bytes} bytes came back different`)
}

async function refusal(context: Context, client: Client, topic: string, bytes: number): Promise<void> {
  const code = await client.write(context.broker, topic, [incompressible(bytes)]).then(
    () => 0,
    (error: unknown) => {
      if (error instanceof ClientError) return error.code
      throw error
    }
  )
  expectEqual(code, messageTooLarge, `error code for ${bytes} bytes`)
}

export const recordSize: Case = {
  name: 'record-size',
  shows:
    '1,000,000 B are accepted by default, 1 MiB with max.message.bytes=2097152, more is refused with MESSAGE_TOO_LARGE',
  ci: true,
  async run(context, clients) {
    return forEach(clients, async (client) => {
      const standard = context.name('size-default', client.name)
      const raised = context.name('size-raised', client.name)
      await context.createTopic(context.broker, standard)
      await context.createTopic(context.broker, raised, { configs: { 'max.message.bytes': '2097152' } })
      await roundTrip(context, client, standard, 1_000_000)
      await roundTrip(context, client, raised, mebibyte)
      await refusal(context, client, standard, mebibyte)
      await refusal(context, client, raised, 2 * mebibyte)
    })
  }
}
