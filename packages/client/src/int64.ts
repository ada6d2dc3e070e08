/** Offsets and timestamps are numbers here; the wire's 64 bits are checked once, on the way in. */
import { NaruError } from '@naru/base'

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER)
const SAFE_MIN = BigInt(Number.MIN_SAFE_INTEGER)

/** The number, or an error when 53 bits cannot hold it exactly. */
export function safeNumber(value: bigint): number {
  if (value > SAFE_MAX || value < SAFE_MIN) {
    throw new NaruError('OUT_OF_RANGE', `${value} does not fit into 53 bits`)
  }
  return Number(value)
}
