/**
 * Events as Kafka records: CloudEvents 1.0 in binary mode of its Kafka binding. The payload is the value alone, all
 * that is said about it stands in headers that start with `ce_`, readable by any tool.
 */
import type { Header } from '@naru/client'

export const HeaderName = {
  specVersion: 'ce_specversion',
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  time: 'ce_time',
  subject: 'ce_subject',
  eventVersion: 'ce_eventversion',
  contentType: 'content-type',
  traceParent: 'traceparent',
  traceState: 'tracestate',
  correlationId: 'naru-correlation-id',
  replyTopic: 'naru-reply-topic',
  replyError: 'naru-reply-error'
} as const

export const SPEC_VERSION = '1.0'
export const JSON_CONTENT_TYPE = 'application/json'

export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** What the headers of a record say; undefined where they are silent. */
export interface EventMeta {
  readonly id: string | undefined
  readonly type: string | undefined
  readonly version: number
  readonly source: string | undefined
  readonly subject: string | undefined
  /** As CloudEvents writes it, RFC 3339. */
  readonly time: string | undefined
  readonly traceParent: string | undefined
}

/** Reads the headers once, without a map: a record has few, and this runs for each. */
export function readMeta(headers: readonly Header[]): EventMeta {
  let id: string | undefined
  let type: string | undefined
  let version = 1
  let source: string | undefined
  let subject: string | undefined
  let time: string | undefined
  let traceParent: string | undefined
  for (const [name, value] of headers) {
    if (value === null) continue
    switch (name) {
      case HeaderName.id:
        id = text(value)
        break
      case HeaderName.type:
        type = text(value)
        break
      case HeaderName.eventVersion:
        version = Number(text(value))
        break
      case HeaderName.source:
        source = text(value)
        break
      case HeaderName.subject:
        subject = text(value)
        break
      case HeaderName.time:
        time = text(value)
        break
      case HeaderName.traceParent:
        traceParent = text(value)
        break
      default:
    }
  }
  return { id, type, version, source, subject, time, traceParent }
}

/** The last value of a header that may be there. */
export function headerText(headers: readonly Header[], name: string): string | undefined {
  const found = headers.findLast((header) => header[0] === name)?.[1]
  return found === undefined || found === null ? undefined : text(found)
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
