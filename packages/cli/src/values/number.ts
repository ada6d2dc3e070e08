/** Whole numbers and durations as people type them. */
import { InvalidArgumentError } from 'commander'
import type { Messages } from '../i18n/messages.ts'

export interface Range {
  readonly min: number
  readonly max: number
}

/** A parser for options that take a whole number within a range. */
export function wholeNumber(messages: Messages, { min, max }: Range): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(messages.text('value.whole-number', { min, max }))
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `500ms`, `10s`, `5m`, `2h`, `1d`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  const unit = UNIT_MS[match?.[2] ?? '']
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit)
}

/** A parser for options that take a duration; a bare number is seconds. */
export function duration(messages: Messages): (text: string) => number {
  return (text) => {
    const ms = durationMs(/^\d+$/.test(text) ? `${text}s` : text)
    if (ms !== undefined && ms > 0) return ms
    throw new InvalidArgumentError(messages.text('value.duration'))
  }
}
