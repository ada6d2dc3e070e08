/**
 * Spans and metrics by the API of OpenTelemetry, with the names of its messaging conventions. Without an SDK in the
 * application nothing is recorded, and nothing is made for it.
 */
import {
  type Counter,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  metrics,
  trace
} from '@opentelemetry/api'
import type { Clock } from '@naru/base'
import { asError } from '../errors.ts'
import type { TraceContext } from '../event/trace-context.ts'
import { parseTraceParent } from '../event/trace-context.ts'
import { HeaderName, headerText } from '../event/headers.ts'
import type { Work } from '../executor/work.ts'
import type { Route } from '../handler/route.ts'

const LIBRARY = '@naru/service'

export interface HandlingSpan {
  readonly trace: TraceContext
  within<T>(work: () => Promise<T>): Promise<T>
  end(error: Error | undefined): void
}

export interface Publication {
  readonly topic: string
  /** The event's. */
  readonly name: string
  /** The step that it follows from. */
  readonly cause: TraceContext | undefined
}

export class Telemetry {
  readonly #clock: Clock
  readonly #group: string
  readonly #consumed: Counter
  readonly #failed: Counter
  readonly #published: Counter
  readonly #duration: Histogram
  readonly #topics = new Map<string, Readonly<Record<string, string>>>()
  #isTracing = false

  constructor(clock: Clock, group: string) {
    this.#clock = clock
    this.#group = group
    const meter = metrics.getMeter(LIBRARY)
    this.#consumed = meter.createCounter('messaging.client.consumed.messages', { unit: '{message}' })
    this.#failed = meter.createCounter('naru.service.failed.attempts', { unit: '{attempt}' })
    this.#published = meter.createCounter('messaging.client.sent.messages', { unit: '{message}' })
    this.#duration = meter.createHistogram('messaging.process.duration', { unit: 's' })
  }

  /** Whether an SDK is there that could record; looked up when the service starts. */
  get isTracing(): boolean {
    return this.#isTracing
  }

  /** Looks whether an application has brought an SDK. */
  detect(): void {
    const probe = trace.getTracer(LIBRARY).startSpan('detect')
    this.#isTracing = trace.isSpanContextValid(probe.spanContext())
    probe.end()
  }

  handled(topic: string, count: number): void {
    this.#consumed.add(count, this.#about(topic))
  }

  failed(topic: string, errorType: string): void {
    this.#failed.add(1, { ...this.#about(topic), 'error.type': errorType })
  }

  published(topic: string): void {
    this.#published.add(1, { 'messaging.system': 'kafka', 'messaging.destination.name': topic })
  }

  /** A span around a try, as a child of the publisher's; with a batch it links to each of its events. */
  startHandling(route: Route, works: readonly Work[]): HandlingSpan | undefined {
    if (!this.#isTracing) return undefined
    const [work] = works
    if (work === undefined) return undefined
    const startedMs = this.#clock.monotonicMs()
    const causes = works.flatMap(({ record }) => {
      const cause = parseTraceParent(headerText(record.headers, HeaderName.traceParent))
      return cause === undefined ? [] : [spanContextOf(cause)]
    })
    const { topic, partition, offset } = work.record
    const parent = causes.length === 1 ? causes[0] : undefined
    const attributes = {
      ...this.#about(topic),
      'messaging.operation.type': 'process',
      'messaging.operation.name': route.event.name,
      'messaging.destination.partition.id': String(partition),
      'messaging.kafka.offset': offset,
      ...(works.length > 1 ? { 'messaging.batch.message_count': works.length } : {})
    }
    const outer = parent === undefined ? context.active() : trace.setSpanContext(context.active(), parent)
    const span = trace.getTracer(LIBRARY).startSpan(
      `process ${topic}`,
      {
        kind: SpanKind.CONSUMER,
        attributes,
        links: parent === undefined ? causes.map((cause) => ({ context: cause })) : []
      },
      outer
    )
    return {
      trace: traceOf(span),
      within: (inner) => context.with(trace.setSpan(outer, span), inner),
      end: (error) => {
        this.#duration.record((this.#clock.monotonicMs() - startedMs) / 1_000, this.#about(topic))
        endSpan(span, error)
      }
    }
  }

  /**
   * A span around a publication, which the event's `traceparent` names, as a child of the active span or else of
   * `cause`. Without an SDK `work` gets the cause itself.
   */
  async publishing<T>(
    { topic, name, cause }: Publication,
    work: (step: TraceContext | undefined) => Promise<T>
  ): Promise<T> {
    if (!this.#isTracing) return work(cause)
    const active = context.active()
    const isInside = trace.getSpan(active) !== undefined || cause === undefined
    const outer = isInside ? active : trace.setSpanContext(active, spanContextOf(cause))
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.operation.type': 'send',
      'messaging.operation.name': name
    }
    const span = trace
      .getTracer(LIBRARY)
      .startSpan(`send ${topic}`, { kind: SpanKind.PRODUCER, attributes }, outer)
    try {
      const result = await context.with(trace.setSpan(outer, span), () => work(traceOf(span)))
      endSpan(span, undefined)
      return result
    } catch (thrown) {
      endSpan(span, asError(thrown))
      throw thrown
    }
  }

  /** One object per topic, since this is asked for with each record. */
  #about(topic: string): Readonly<Record<string, string>> {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const about = {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': this.#group
    }
    this.#topics.set(topic, about)
    return about
  }
}

function endSpan(span: Span, error: Error | undefined): void {
  if (error !== undefined) {
    span.recordException(error)
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
    span.setAttribute('error.type', error.name)
  }
  span.end()
}

function traceOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return { traceId, spanId, sampled: (traceFlags & 1) === 1 }
}

function spanContextOf({ traceId, spanId, sampled }: TraceContext): {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly isRemote: true
} {
  return { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true }
}
