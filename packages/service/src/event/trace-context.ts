/** W3C Trace Context: the one header by which an event is followed from service to service. */
import type { Random } from '@naru/base'

export interface TraceContext {
  /** 32 hexadecimal digits, the same for all that follows from one cause. */
  readonly traceId: string
  /** 16 hexadecimal digits, of this step. */
  readonly spanId: string
  readonly sampled: boolean
}

const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/
const NO_TRACE = /^0+$/

/** Undefined for a header that is missing or malformed: then a new trace begins, as the specification asks. */
export function parseTraceParent(header: string | undefined): TraceContext | undefined {
  const match = header === undefined ? null : TRACE_PARENT.exec(header)
  const [, traceId, spanId, flags] = match ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (NO_TRACE.test(traceId) || NO_TRACE.test(spanId) || header?.startsWith('ff') === true) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function formatTraceParent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

/** A step that follows from `parent`, or the first of a new trace. */
export function nextStep(random: Random, parent: TraceContext | undefined): TraceContext {
  return {
    traceId: parent?.traceId ?? hex(random, 16),
    spanId: hex(random, 8),
    sampled: parent?.sampled ?? true
  }
}

function hex(random: Random, bytes: number): string {
  return Buffer.from(random.bytes(bytes)).toString('hex')
}
