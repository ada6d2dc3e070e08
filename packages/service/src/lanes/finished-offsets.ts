/**
 * Which offsets above a committed one are finished, as text that fits into the metadata of the commit.
 *
 * `n1r:` holds pairs of varints, offsets to skip and then offsets that are finished, again and again; `n1b:` holds one
 * bit per offset, the committed one first. Whichever is shorter is written, in base64url.
 */
import { OFFSET_METADATA_BYTES_MAX } from '../limits.ts'

/** From `start` up to, not including, `end`. */
export interface OffsetRange {
  readonly start: number
  readonly end: number
}

const RUNS = 'n1r:'
const BITS = 'n1b:'

/** Bytes before base64 makes four characters of three. */
export const FINISHED_BYTES_MAX = Math.floor(((OFFSET_METADATA_BYTES_MAX - RUNS.length) * 3) / 4)

/** With one bit each, this many offsets always fit. */
export const BITMAP_OFFSETS_MAX = FINISHED_BYTES_MAX * 8

/** The ranges are in order, apart from each other, and not below `committed`. */
export function encodeFinished(committed: number, ranges: readonly OffsetRange[]): string {
  const last = ranges.at(-1)
  if (last === undefined) return ''
  const bitmapBytes = Math.ceil((last.end - committed) / 8)
  const runs = encodeRuns(committed, ranges, Math.min(bitmapBytes, FINISHED_BYTES_MAX))
  if (runs !== undefined) return RUNS + runs.toString('base64url')
  return BITS + encodeBits(committed, ranges, bitmapBytes).toString('base64url')
}

/** Nothing for metadata of other people, or none. */
export function decodeFinished(committed: number, metadata: string | null): readonly OffsetRange[] {
  if (metadata === null) return []
  const bytes = Buffer.from(metadata.slice(RUNS.length), 'base64url')
  if (metadata.startsWith(RUNS)) return decodeRuns(committed, bytes)
  if (metadata.startsWith(BITS)) return decodeBits(committed, bytes)
  return []
}

/** Bytes that a number takes as a varint. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

function encodeRuns(committed: number, ranges: readonly OffsetRange[], bytesMax: number): Buffer | undefined {
  const bytes: number[] = []
  let at = committed
  for (const { start, end } of ranges) {
    pushVarint(bytes, start - at)
    pushVarint(bytes, end - start)
    if (bytes.length > bytesMax) return undefined
    at = end
  }
  return Buffer.from(bytes)
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

function decodeRuns(committed: number, bytes: Uint8Array): readonly OffsetRange[] {
  const ranges: OffsetRange[] = []
  let at = committed
  let numbers = 0
  let value = 0
  let scale = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale
    scale *= 0x80
    if (byte >= 0x80) continue
    const end = at + value
    // Bytes that somebody else made up must not become offsets.
    if (!Number.isSafeInteger(end)) return []
    if (numbers % 2 === 1 && value > 0) ranges.push({ start: at, end })
    at = end
    numbers++
    value = 0
    scale = 1
  }
  return ranges
}

function encodeBits(committed: number, ranges: readonly OffsetRange[], byteCount: number): Buffer {
  const bytes = Buffer.alloc(byteCount)
  for (const { start, end } of ranges) {
    for (let offset = start; offset < end; offset++) {
      const bit = offset - committed
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
  }
  return bytes
}

function decodeBits(committed: number, bytes: Uint8Array): readonly OffsetRange[] {
  const ranges: OffsetRange[] = []
  let start: number | undefined
  for (let bit = 0; bit <= bytes.length * 8; bit++) {
    const isSet = ((bytes[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
    if (isSet) start ??= bit
    else if (start !== undefined) {
      ranges.push({ start: committed + start, end: committed + bit })
      start = undefined
    }
  }
  return ranges
}
