// The document that a service gives of itself, judged by AsyncAPI's own schema of AsyncAPI 3.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import specification from '@asyncapi/specs/schemas/3.0.0-without-$id.json' with { type: 'json' }
import { Ajv } from 'ajv'
import { z } from 'zod'
import { defineEvent } from '../event/define-event.ts'
import { defineService } from '../service.ts'

function problemsOf(document: unknown): unknown {
  // The schema brings draft 07 along, which it describes payloads by.
  const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false })
  const validate = ajv.compile(specification)
  return validate(document) ? [] : validate.errors
}

const order = z.object({ id: z.string(), tags: z.array(z.enum(['hot', 'iced'])), sum: z.number().optional() })

test('what-a-service-receives-sends-and-replies-is-valid-asyncapi-3', () => {
  const placed = { name: 'coffee.order-placed', topic: 'orders' }
  const ready = defineEvent({ name: 'coffee.ready', version: 1, topic: 'shop.ready', schema: order })
  const asked = defineEvent({ name: 'price.asked', version: 1, topic: 'asked', schema: order })
  const told = defineEvent({
    name: 'price.told',
    version: 1,
    topic: 'told',
    schema: z.object({ won: z.int() })
  })
  const service = defineService({ name: 'barista', bootstrap: '127.0.0.1:9092', publishes: [ready] })
  for (const version of [1, 2]) {
    service.on(defineEvent({ ...placed, version, schema: order }), () => undefined)
  }
  service.onRequest(asked, told, () => ({ won: 4_500 }))
  const document = service.asyncapi({ version: '2.1.0' })
  assert.deepEqual(problemsOf(document), [])
  assert.deepEqual(Object.keys(document['operations'] as object).toSorted(), [
    'receive-coffee_order-placed-v1',
    'receive-coffee_order-placed-v2',
    'receive-price_asked-v1',
    'send-coffee_ready-v1',
    'send-price_told-v1'
  ])
})

test('the-schema-notices-a-document-that-is-none', () => {
  assert.notDeepEqual(problemsOf({ asyncapi: '3.0.0', info: { title: 'no version' } }), [])
})
