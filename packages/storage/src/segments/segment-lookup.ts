/**
 * Finds places in a segment by its indexes, which are loaded when needed and built anew when they cannot be
 * what was written.
 */
import type { EntryContent } from './entry-file.ts'
import { blockStart, type SegmentView } from './log-window.ts'
import { floorByOffset, floorByPosition, offsetEntryOffset, offsetEntryPosition } from './offset-index.ts'
import { floorByTimestamp, timeEntryOffset, timeEntryTimestamp } from './time-index.ts'

/** A place where a batch begins; `lastOffset` is what the index says of that batch. */
export interface IndexedPlace {
  readonly position: number
  readonly lastOffset: number | undefined
}

export interface TimedPlace {
  readonly timestampMs: number
  readonly lastOffset: number
}

const logStart: IndexedPlace = { position: 0, lastOffset: undefined }

/** The last indexed place whose batch ends at or before the offset, else the start of the log. */
export async function placeByOffset(view: SegmentView, offset: number): Promise<IndexedPlace> {
  const content = await indexContent(view)
  const relativeOffset = offset - view.segment.baseOffset
  for (const entries of newestFirst(content)) {
    const index = floorByOffset(entries, relativeOffset)
    if (index >= 0) return placeAt(view, entries, index)
  }
  return logStart
}

/** The last indexed place at or before the start of the block that holds the position, else the start of the log. */
export async function placeBeforeBlock(view: SegmentView, position: number): Promise<IndexedPlace> {
  const content = await indexContent(view)
  for (const entries of newestFirst(content)) {
    const index = floorByPosition(entries, blockStart(position))
    if (index >= 0) return placeAt(view, entries, index)
  }
  return logStart
}

/** The last entry of the time index at or before the time; all batches up to its offset are older than it. */
export async function placeByTimestamp(
  view: SegmentView,
  timestampMs: number
): Promise<TimedPlace | undefined> {
  const content = await timeIndexContent(view)
  for (const entries of newestFirst(content)) {
    const index = floorByTimestamp(entries, timestampMs)
    if (index < 0) continue
    const lastOffset = view.segment.baseOffset + timeEntryOffset(entries, index)
    return { timestampMs: timeEntryTimestamp(entries, index), lastOffset }
  }
  return undefined
}

async function indexContent(view: SegmentView): Promise<EntryContent | undefined> {
  const { segment, context } = view
  const content = await segment.index.content(context)
  if (content !== undefined) return content
  await view.repair()
  return segment.index.content(context)
}

async function timeIndexContent(view: SegmentView): Promise<EntryContent | undefined> {
  const { segment, context } = view
  const content = await segment.timeIndex.content(context)
  if (content !== undefined) return content
  await view.repair()
  return segment.timeIndex.content(context)
}

function newestFirst(content: EntryContent | undefined): readonly Buffer[] {
  return content === undefined ? [] : [content.pending, content.onDisk]
}

function placeAt(view: SegmentView, entries: Buffer, index: number): IndexedPlace {
  const lastOffset = view.segment.baseOffset + offsetEntryOffset(entries, index)
  return { position: offsetEntryPosition(entries, index), lastOffset }
}
