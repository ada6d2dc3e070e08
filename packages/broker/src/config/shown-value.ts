/** How Kafka shows a value that was set: as Java prints what it has read, `TRUE` as `true` and `1e-1` as `0.1`. */
import type { ConfigDefinition } from './definition.ts'

/** Java prints doubles below this with an exponent. */
const PLAIN_MIN = 1e-3
const PLAIN_END = 1e7

/** Of a value that the definition takes. */
export function shownValue({ type }: ConfigDefinition, value: string): string {
  const text = value.trim()
  switch (type) {
    case 'boolean':
      return text.toLowerCase()
    case 'int':
    case 'short':
    case 'long':
      return /^[+-]?\d+$/.test(text) ? String(BigInt(text.replace(/^\+/, ''))) : text
    case 'double':
      return javaDouble(Number(text))
    default:
      return text
  }
}

function javaDouble(number: number): string {
  const size = Math.abs(number)
  if (size === 0 || (size >= PLAIN_MIN && size < PLAIN_END)) return withPoint(String(number))
  const [digits = '', exponent = ''] = number.toExponential().split('e')
  return `${withPoint(digits)}E${exponent.replace('+', '')}`
}

function withPoint(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`
}
