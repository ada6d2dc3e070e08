// Replaces one field of a request by a value that a well-meaning client would not send. Which field and which value
// depends on the seed alone.

import type { Seeded } from './seeded.ts'
import { UNKNOWN_ID } from './side.ts'

const NUMBERS = [-1, 0, 1, -2, 127, -128]
const STRINGS = ['', 'a b', 'x'.repeat(300), '한글', 'x:y']

type Place = { readonly holder: Record<string, unknown>; readonly key: string }

/** A copy of the request with one field changed; itself when there is nothing that could be. */
export function mutated(request: Record<string, unknown>, random: Seeded): Record<string, unknown> {
  const copy = structuredClone(request)
  const places: Place[] = []
  collect(copy, places)
  if (places.length === 0) return copy
  const { holder, key } = random.pick(places)
  const other = another(holder[key], random)
  holder[key] = /id$/i.test(key) && isId(holder[key]) ? UNKNOWN_ID : other
  return copy
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value.length === UNKNOWN_ID.length
}

function collect(value: unknown, places: Place[]): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  const holder = value as Record<string, unknown>
  for (const [key, item] of Object.entries(holder)) {
    // Records are drawn odd where they are built; a group must not gain members that nobody speaks for.
    if (
      item instanceof Uint8Array ||
      key === 'memberId' ||
      /timeoutMs|waitMs|minBytes|autoTopicCreation/i.test(key)
    )
      continue
    places.push({ holder, key })
    collect(item, places)
  }
}

function another(value: unknown, random: Seeded): unknown {
  const number = random.pick(NUMBERS)
  const text = random.pick(STRINGS)
  const isNothing = random.chance(0.2)
  if (typeof value === 'number') return number
  if (typeof value === 'boolean') return !value
  if (typeof value === 'string') return isNothing ? null : text
  if (Array.isArray(value)) return isNothing ? null : []
  return value === null ? text : value
}
