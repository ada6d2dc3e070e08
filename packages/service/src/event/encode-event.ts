/** An event on its way out: checked, and complete with everything but its partition. */
import type { Clock, Random } from '@naru/base'
import { ServiceError } from '../errors.ts'
import type { OutgoingEvent } from '../ports.ts'
import type { AnySchema, EventDefinition, EventInput } from './define-event.ts'
import { HeaderName, type HeaderList, JSON_CONTENT_TYPE, SPEC_VERSION } from './headers.ts'
import { type TraceContext, formatTraceParent, nextStep } from './trace-context.ts'
import { validate } from './validate.ts'

export interface EncodeEnvironment {
  readonly clock: Clock
  readonly random: Random
  /** CloudEvents' source: `/<service>`. */
  readonly source: string
}

export interface EncodeOptions {
  /** Drawn at random when left out. */
  readonly id?: string | undefined
  /** The step that this event follows from. */
  readonly trace?: TraceContext | undefined
  readonly headers?: HeaderList | undefined
  /** In place of the definition's topic. */
  readonly topic?: string | undefined
}

/** Throws or rejects with INVALID_PAYLOAD and the field; what goes out is `data` as it was given. */
export async function encodeEvent<S extends AnySchema>(
  environment: EncodeEnvironment,
  event: EventDefinition<S>,
  data: EventInput<S>,
  options: EncodeOptions = {}
): Promise<OutgoingEvent> {
  const checked = validate(event, data)
  if (checked instanceof Promise) await checked
  const json = JSON.stringify(data) as string | undefined
  if (json === undefined) {
    throw new ServiceError('INVALID_PAYLOAD', `${event.name}: JSON has no way to write this payload`)
  }
  const key = event.keyOf(data)
  const id = options.id ?? randomId(environment.random)
  const { clock, random, source } = environment
  const headers: Array<readonly [string, string]> = [
    [HeaderName.specVersion, SPEC_VERSION],
    [HeaderName.id, id],
    [HeaderName.source, source],
    [HeaderName.type, event.name],
    [HeaderName.time, new Date(clock.wallMs()).toISOString()],
    [HeaderName.eventVersion, String(event.version)],
    [HeaderName.contentType, JSON_CONTENT_TYPE],
    [HeaderName.traceParent, formatTraceParent(options.trace ?? nextStep(random, undefined))]
  ]
  if (key !== null) headers.push([HeaderName.subject, key])
  headers.push(...(options.headers ?? []))
  return { id, topic: options.topic ?? event.topic, key, value: Buffer.from(json, 'utf8'), headers }
}

/** A UUID of version 4. */
export function randomId(random: Random): string {
  const bytes = random.bytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
