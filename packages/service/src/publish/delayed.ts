/**
 * Events that wait for their time are records of a compacted topic, keyed by their id: the payload and headers of the
 * event, and where and when it is due. A tombstone says that it was published.
 */
import type { Header } from '@naru/client'
import { ServiceError } from '../errors.ts'
import { headerText } from '../event/headers.ts'
import type { OutgoingEvent } from '../ports.ts'

const DelayHeader = {
  due: 'naru-due',
  topic: 'naru-due-topic',
  key: 'naru-due-key'
} as const

const NAMES: ReadonlySet<string> = new Set(Object.values(DelayHeader))

export interface Delay {
  readonly delayMs?: number | undefined
  readonly at?: Date | undefined
}

export function scheduledTopicOf(service: string): string {
  return `${service}.scheduled`
}

/** The event as it is, or the form in which it waits. */
export function delayed(
  event: OutgoingEvent,
  { delayMs, at }: Delay,
  { nowMs, scheduledTopic }: { readonly nowMs: number; readonly scheduledTopic: string }
): OutgoingEvent {
  if (delayMs !== undefined && at !== undefined) {
    throw new ServiceError('INVALID_OPTION', 'an event is published after `delayMs` or `at` a time, not both')
  }
  const dueMs = at?.getTime() ?? (delayMs === undefined ? undefined : nowMs + delayMs)
  if (dueMs === undefined) return event
  if (!Number.isSafeInteger(Math.round(dueMs))) {
    throw new ServiceError('INVALID_OPTION', 'the time of a delayed event has to be a number')
  }
  const headers: Array<readonly [string, string]> = [
    ...event.headers,
    [DelayHeader.due, String(Math.round(dueMs))],
    [DelayHeader.topic, event.topic]
  ]
  if (event.key !== null) headers.push([DelayHeader.key, event.key])
  return { ...event, topic: scheduledTopic, key: event.id, headers }
}

export interface Scheduled {
  readonly id: string
  readonly dueMs: number
  readonly event: Omit<OutgoingEvent, 'headers'> & { readonly headers: readonly Header[] }
}

/** Undefined for records that are not in this form. */
export function readScheduled(
  id: string,
  value: Uint8Array,
  headers: readonly Header[]
): Scheduled | undefined {
  const topic = headerText(headers, DelayHeader.topic)
  const dueMs = Number(headerText(headers, DelayHeader.due))
  if (topic === undefined || !Number.isSafeInteger(dueMs)) return undefined
  const key = headerText(headers, DelayHeader.key) ?? null
  const own = headers.filter(([name]) => !NAMES.has(name))
  return { id, dueMs, event: { id, topic, key, value, headers: own } }
}
