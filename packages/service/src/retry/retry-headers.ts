/** What records carry in retry and dead letter topics, beside the headers that they had. */
import type { Header } from '@naru/client'
import { headerText } from '../event/headers.ts'
import { ERROR_TEXT_CHARS_MAX } from '../limits.ts'

export const RetryHeader = {
  topic: 'naru-origin-topic',
  partition: 'naru-origin-partition',
  offset: 'naru-origin-offset',
  timestamp: 'naru-origin-timestamp',
  group: 'naru-group',
  attempts: 'naru-attempts',
  /** Who moved the record here, and in which of its times with the partition: then it is counted already. */
  mover: 'naru-mover',
  errorCode: 'naru-error-code',
  errorText: 'naru-error-message',
  errorField: 'naru-error-field',
  stack: 'naru-error-stack',
  redrives: 'naru-redrives',
  /** The value had so many bytes and did not fit here; the record is where its origin says, as long as that is kept. */
  valueCut: 'naru-value-cut'
} as const

const NAMES: ReadonlySet<string> = new Set(Object.values(RetryHeader))

/** Where a record was first, through all its moves. */
export interface Origin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

/** The origin that the headers tell, or the record's own place. */
export function originOf(record: Origin & { readonly headers: readonly Header[] }): Origin {
  const { headers } = record
  const topic = headerText(headers, RetryHeader.topic)
  if (topic === undefined) return record
  const number = (name: string, other: number): number => {
    const value = Number(headerText(headers, name))
    return Number.isSafeInteger(value) ? value : other
  }
  return {
    topic,
    partition: number(RetryHeader.partition, record.partition),
    offset: number(RetryHeader.offset, record.offset),
    timestamp: number(RetryHeader.timestamp, record.timestamp)
  }
}

/** A count that a header holds; 0 where there is none. */
export function countOf(headers: readonly Header[], name: string): number {
  const value = Number(headerText(headers, name) ?? 0)
  return Number.isSafeInteger(value) && value > 0 ? value : 0
}

export function isOurs(name: string): boolean {
  return NAMES.has(name)
}

/** The headers without ours: what the publisher wrote. */
export function originalHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => !isOurs(name))
}

export function originHeaders(origin: Origin): ReadonlyArray<readonly [string, string]> {
  return [
    [RetryHeader.topic, origin.topic],
    [RetryHeader.partition, String(origin.partition)],
    [RetryHeader.offset, String(origin.offset)],
    [RetryHeader.timestamp, String(origin.timestamp)]
  ]
}

/** Cause, code and a digest of the stack: its first own frames, which tell one failure from another. */
export function errorHeaders(error: Error): ReadonlyArray<readonly [string, string]> {
  const code = property(error, 'code') ?? error.name
  const field = property(error, 'field')
  const headers: Array<readonly [string, string]> = [
    [RetryHeader.errorCode, code],
    [RetryHeader.errorText, error.message.slice(0, ERROR_TEXT_CHARS_MAX)],
    [RetryHeader.stack, stackDigest(error)]
  ]
  if (field !== undefined) headers.push([RetryHeader.errorField, field])
  return headers
}

const DIGEST_FRAMES = 4

/** Function, file and line of the first frames outside of Node and of what is installed. */
function stackDigest(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const own = frames.filter((line) => !line.includes('node:') && !line.includes('node_modules'))
  return (own.length > 0 ? own : frames)
    .slice(0, DIGEST_FRAMES)
    .map((line) =>
      line
        .trim()
        .replace(/^at /, '')
        .replace(/\(?(?:file:\/\/)?\/[^)]*\/([^/)]+)\)?$/, '($1)')
    )
    .join(' < ')
    .slice(0, ERROR_TEXT_CHARS_MAX)
}

function property(error: Error, name: string): string | undefined {
  const value = (error as unknown as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
