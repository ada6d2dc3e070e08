// Spans as an application's SDK sees them; a provider that only remembers stands for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Context,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  trace,
  type TracerProvider
} from '@opentelemetry/api'
import { defineEvent, defineService } from '@naru/service'
import { createTestBroker } from '@naru/testing'
import { z } from 'zod'

interface Remembered {
  readonly name: string
  readonly kind: SpanKind | undefined
  readonly own: SpanContext
  readonly parentSpanId: string | undefined
}

const spans: Remembered[] = []

function startSpan(
  name: string,
  options: SpanOptions,
  context?: Context
): ReturnType<typeof trace.wrapSpanContext> {
  const parent = context === undefined ? undefined : trace.getSpanContext(context)
  const own = {
    traceId: parent?.traceId ?? String(spans.length + 1).padStart(32, 'a'),
    spanId: String(spans.length + 1).padStart(16, 'b'),
    traceFlags: 1
  }
  spans.push({ name, kind: options?.kind, own, parentSpanId: parent?.spanId })
  return trace.wrapSpanContext(own)
}

const provider: TracerProvider = {
  getTracer: () => ({ startSpan, startActiveSpan: () => assert.fail('nobody asks for it') })
}

const schema = z.object({ id: z.string() })
const placed = defineEvent({ name: 'test.placed', version: 1, topic: 'placed', schema })
const ready = defineEvent({ name: 'test.ready', version: 1, topic: 'ready', schema })

test('a publication has a span that its event names, and the handling of the event continues it', async (t) => {
  // For this test alone: other files run in the same process.
  trace.setGlobalTracerProvider(provider)
  t.after(() => trace.disable())
  await using broker = await createTestBroker()
  const { bootstrap } = broker
  const barista = defineService({ name: 'barista', bootstrap, publishes: [ready] })
  barista.on(placed, async ({ id }, { publish }) => void (await publish(ready, { id })))
  await using _barista = await barista.start()
  await barista.publish(placed, { id: 'o-1' })
  const [record] = await broker.waitForRecords('ready', 1)

  const named = (name: string): Remembered => spans.find((span) => span.name === name) ?? assert.fail(name)
  const [sent, processed, answered] = [named('send placed'), named('process placed'), named('send ready')]
  assert.equal(sent.kind, SpanKind.PRODUCER)
  assert.equal(processed.kind, SpanKind.CONSUMER)
  assert.equal(processed.parentSpanId, sent.own.spanId)
  assert.equal(answered.parentSpanId, processed.own.spanId)
  assert.equal(new Set([sent, processed, answered].map(({ own }) => own.traceId)).size, 1)
  assert.equal(record?.headers['traceparent'], `00-${sent.own.traceId}-${answered.own.spanId}-01`)
})
