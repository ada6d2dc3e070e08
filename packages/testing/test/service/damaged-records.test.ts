// What readers do when the broker says that a batch cannot be read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, stringCodec } from '@naru/client'
import { defineEvent, defineService } from '@naru/service'
import { createTestBroker } from '@naru/testing'
import { z } from 'zod'

test('a consumer ends at a batch that cannot be read, with an error that names its place', async () => {
  await using broker = await createTestBroker({ topics: [{ name: 't', partitions: 1 }] })
  await using client = createClient({ bootstrap: broker.bootstrap })
  await client.producer({ value: stringCodec }).send('t', [{ value: 'a' }])
  broker.faults.error({ api: 'Fetch', error: 'CORRUPT_MESSAGE' })
  const consumer = client.consumer({ topics: 't', from: 'earliest', value: stringCodec })
  const reading = async (): Promise<void> => {
    for await (const _batch of consumer) assert.fail('nothing can be read')
  }
  await assert.rejects(reading(), { code: 'CORRUPT_MESSAGE', topic: 't', partition: 0, offset: 0 })
})

test('a service says so and tries again', async () => {
  await using broker = await createTestBroker()
  const { bootstrap } = broker
  const rung = defineEvent({
    name: 'test.rung',
    version: 1,
    topic: 'bells',
    schema: z.object({ n: z.number() })
  })
  const troubles: string[] = []
  const logger = {
    log: (_level: string, event: string, fields?: Readonly<Record<string, unknown>>) =>
      void troubles.push(`${event} ${String(fields?.['error'])}`)
  }
  const { promise, resolve } = Promise.withResolvers<number>()
  const service = defineService({ name: 'ears', bootstrap, logger })
  service.on(rung, ({ n }) => resolve(n))
  await using _service = await service.start()
  broker.faults.error({ api: 'Fetch', topic: 'bells', error: 'CORRUPT_MESSAGE', times: 2 })
  await service.publish(rung, { n: 1 })
  assert.equal(await promise, 1)
  assert.ok(troubles.some((line) => line.startsWith('service-trouble')))
})
