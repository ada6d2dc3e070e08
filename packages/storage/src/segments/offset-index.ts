/**
 * Kafka's sparse .index: per entry the last offset of a batch, relative to the segment, and the batch's
 * position in the .log. Both ascend strictly.
 */
import type { EntryFormat } from './entry-file.ts'

export const offsetEntryBytes = 8

const noHeader = Buffer.alloc(0)

export const offsetIndexFormat: EntryFormat = { headerBytes: 0, encodeHeader: () => noHeader, areSane }

const scratch = Buffer.alloc(offsetEntryBytes)

/** The entry in bytes; valid until the next call. */
export function encodeOffsetEntry(relativeOffset: number, position: number): Buffer {
  scratch.writeInt32BE(relativeOffset, 0)
  scratch.writeInt32BE(position, 4)
  return scratch
}

export function offsetEntryOffset(entries: Buffer, index: number): number {
  return entries.readInt32BE(index * offsetEntryBytes)
}

export function offsetEntryPosition(entries: Buffer, index: number): number {
  return entries.readInt32BE(index * offsetEntryBytes + 4)
}

/** Index of the last entry whose offset is at most the given one, -1 when there is none. */
export function floorByOffset(entries: Buffer, relativeOffset: number): number {
  let low = 0
  let high = entries.byteLength / offsetEntryBytes - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (offsetEntryOffset(entries, middle) <= relativeOffset) low = middle + 1
    else high = middle - 1
  }
  return high
}

/** Index of the last entry whose position is at most the given one, -1 when there is none. */
export function floorByPosition(entries: Buffer, position: number): number {
  let low = 0
  let high = entries.byteLength / offsetEntryBytes - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (offsetEntryPosition(entries, middle) <= position) low = middle + 1
    else high = middle - 1
  }
  return high
}

/** Whether the entries ascend as they were written. */
function areSane(entries: Buffer): boolean {
  if (entries.byteLength % offsetEntryBytes !== 0) return false
  let offset = -1
  let position = -1
  for (let at = 0; at < entries.byteLength; at += offsetEntryBytes) {
    const nextOffset = entries.readInt32BE(at)
    const nextPosition = entries.readInt32BE(at + 4)
    if (nextOffset <= offset || nextPosition <= position) return false
    offset = nextOffset
    position = nextPosition
  }
  return true
}
