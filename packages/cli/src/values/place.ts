/**
 * Places in a partition as people name them: `earliest`, `latest`, an offset, or a time.
 *
 * A number alone is an offset. Times: ISO 8601 (`2026-11-22`, `2026-11-22T09:30`, with or without a zone, local
 * without), `@1763800000000` (milliseconds since 1970), or a duration that lies back (`15m`, `2h`, `7d`).
 */
import type { Clock } from '@naru/base'
import { InvalidArgumentError } from 'commander'
import type { Messages } from '../i18n/messages.ts'
import { durationMs } from './number.ts'

export type Time = { readonly timestamp: number }
export type Offset = { readonly offset: number }

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i

/** An offset or a time; undefined when the text is neither. */
export function offsetOrTime(text: string, clock: Clock): Offset | Time | undefined {
  if (/^\d+$/.test(text)) return safe({ offset: Number(text) })
  if (/^@-?\d+$/.test(text)) return safe({ timestamp: Number(text.slice(1)) })
  const back = durationMs(text)
  if (back !== undefined) return { timestamp: clock.wallMs() - back }
  if (!ISO.test(text)) return undefined
  const timestamp = Date.parse(localIfDateOnly(text.replace(' ', 'T')))
  return Number.isNaN(timestamp) ? undefined : { timestamp }
}

/** ECMAScript reads a date alone as UTC and a date with time as local; people mean local in both. */
function localIfDateOnly(text: string): string {
  return text.length === 'yyyy-mm-dd'.length ? `${text}T00:00` : text
}

function safe<P extends Offset | Time>(place: P): P | undefined {
  return Object.values(place).every((value) => Number.isSafeInteger(value)) ? place : undefined
}

/** A parser for options that take words like `earliest`, offsets or times. */
export function place<Word extends string>(
  words: readonly Word[],
  messages: Messages,
  clock: Clock
): (text: string) => Word | Offset | Time {
  return (text) => {
    const word = words.find((known) => known === text.toLowerCase())
    const found = word ?? offsetOrTime(text, clock)
    if (found !== undefined) return found
    throw new InvalidArgumentError(messages.text('value.place', { words: words.join(', ') }))
  }
}
