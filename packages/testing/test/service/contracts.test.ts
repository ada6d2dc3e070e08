/** Contracts of services that are started one after another against one broker. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError, defineEvent, defineService } from '@naru/service'
import { createTestBroker } from '@naru/testing'
import { z } from 'zod'

const orderV = (version: number, shape: z.ZodRawShape) =>
  defineEvent({ name: 'shop.ordered', version, topic: 'orders', schema: z.object(shape) })

const fast = { heartbeatMs: 50, sessionTimeoutMs: 6_000 }

const refused =
  (field: string, message: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ServiceError)
    assert.equal(error.code, 'INCOMPATIBLE_CONTRACT')
    assert.equal(error.field, field)
    assert.match(error.message, message)
    return true
  }

test('a version that breaks another one is refused at the start, with the field', async () => {
  await using broker = await createTestBroker({ topics: ['orders'] })
  const { bootstrap } = broker
  const first = orderV(1, { id: z.string(), sum: z.number() })
  await using _shop = await defineService({ name: 'shop', bootstrap, ...fast, publishes: [first] }).start()
  const broken = orderV(2, { id: z.string(), sum: z.string() })
  await assert.rejects(
    defineService({ name: 'shop', bootstrap, ...fast, publishes: [broken] }).start(),
    refused('sum', /shop\.ordered version 2 .* version 1 of shop \(writer\): sum may be/)
  )
  const wider = orderV(2, { id: z.string(), sum: z.number(), note: z.string().optional() })
  await using _next = await defineService({ name: 'shop', bootstrap, ...fast, publishes: [wider] }).start()
  assert.equal((await broker.read('naru.contracts')).length, 2)
})

test('a writer may not leave out what a reader needs, and a reader may not need what nobody writes', async () => {
  await using broker = await createTestBroker({ topics: ['orders'] })
  const { bootstrap } = broker
  const billing = defineService({ name: 'billing', bootstrap, ...fast })
  billing.on(orderV(1, { sum: z.number() }), () => undefined)
  await using _billing = await billing.start()
  await using shop = await defineService({ name: 'shop', bootstrap, ...fast }).start()
  await assert.rejects(
    shop.publish(orderV(1, { id: z.string() }), { id: 'o-1' }),
    refused('sum', /cannot be read by version 1 of billing \(reader\): sum is required/)
  )
  assert.deepEqual(await broker.read('orders'), [])
  await shop.publish(orderV(1, { id: z.string(), sum: z.number() }), { id: 'o-1', sum: 3 })
  const greedy = defineService({ name: 'greedy', bootstrap, ...fast })
  greedy.on(orderV(1, { address: z.string() }), () => undefined)
  await assert.rejects(greedy.start(), refused('address', /cannot read what version 1 of shop/))
})

test('the AsyncAPI document names channels, messages and operations', () => {
  const service = defineService({ name: 'shop', publishes: [orderV(2, { id: z.string() })] })
  service.on(orderV(1, { id: z.string() }), () => undefined)
  const document = service.asyncapi({ version: '3.1.0' }) as {
    readonly asyncapi: string
    readonly channels: Record<string, { readonly address: string; readonly messages: object }>
    readonly operations: Record<string, { readonly action: string }>
    readonly components: {
      readonly messages: Record<string, { readonly payload: { readonly required: string[] } }>
    }
  }
  assert.equal(document.asyncapi, '3.0.0')
  assert.equal(document.channels['orders']?.address, 'orders')
  assert.deepEqual(
    Object.values(document.operations).map(({ action }) => action),
    ['receive', 'send']
  )
  assert.deepEqual(document.components.messages['shop_ordered-v1']?.payload.required, ['id'])
})
