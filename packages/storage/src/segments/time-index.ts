/**
 * Kafka's sparse .timeindex: per entry the largest timestamp so far and the last offset, relative to the
 * segment, of the first batch that reached it. Both ascend strictly.
 */
import type { EntryFormat } from './entry-file.ts'

export const timeEntryBytes = 12

const noHeader = Buffer.alloc(0)

export const timeIndexFormat: EntryFormat = { headerBytes: 0, encodeHeader: () => noHeader, areSane }

const twoTo32 = 0x1_0000_0000
const scratch = Buffer.alloc(timeEntryBytes)

/** The entry in bytes; valid until the next call. */
export function encodeTimeEntry(timestampMs: number, relativeOffset: number): Buffer {
  const high = Math.floor(timestampMs / twoTo32)
  scratch.writeInt32BE(high, 0)
  scratch.writeUInt32BE(timestampMs - high * twoTo32, 4)
  scratch.writeInt32BE(relativeOffset, 8)
  return scratch
}

export function timeEntryTimestamp(entries: Buffer, index: number): number {
  const at = index * timeEntryBytes
  return entries.readInt32BE(at) * twoTo32 + entries.readUInt32BE(at + 4)
}

export function timeEntryOffset(entries: Buffer, index: number): number {
  return entries.readInt32BE(index * timeEntryBytes + 8)
}

/** Index of the last entry whose timestamp is at most the given one, -1 when there is none. */
export function floorByTimestamp(entries: Buffer, timestampMs: number): number {
  let low = 0
  let high = entries.byteLength / timeEntryBytes - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (timeEntryTimestamp(entries, middle) <= timestampMs) low = middle + 1
    else high = middle - 1
  }
  return high
}

/** Whether the entries ascend as they were written. */
function areSane(entries: Buffer): boolean {
  if (entries.byteLength % timeEntryBytes !== 0) return false
  let timestampMs = -1
  let offset = -1
  for (let index = 0; index < entries.byteLength / timeEntryBytes; index++) {
    const nextTimestampMs = timeEntryTimestamp(entries, index)
    const nextOffset = timeEntryOffset(entries, index)
    if (nextTimestampMs <= timestampMs || nextOffset <= offset) return false
    if (!Number.isSafeInteger(nextTimestampMs)) return false
    timestampMs = nextTimestampMs
    offset = nextOffset
  }
  return true
}
