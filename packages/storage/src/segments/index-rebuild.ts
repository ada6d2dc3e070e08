/**
 * Builds the two indexes of a segment anew from its .log, with the spacing that appending would have given,
 * and puts them in place of damaged or missing ones: written beside them, synced, renamed, folder synced.
 */
import { DiskError } from '@naru/base'
import type { LogConfig } from '../ports/index.ts'
import { walkBatches } from './batch-walk.ts'
import { EntryFile, type EntryFormat } from './entry-file.ts'
import type { SegmentView } from './log-window.ts'
import { offsetIndexFormat } from './offset-index.ts'
import { timeIndexFormat } from './time-index.ts'
import type { SegmentContext } from './segment-context.ts'
import { parentDirectory, temporarySuffix } from './segment-names.ts'
import type { IndexLengths } from './segment.ts'
import {
  addTimeEntry,
  addToIndexes,
  emptyState,
  type SegmentDraft,
  type SegmentEntries
} from './segment-state.ts'

export async function rebuildIndexes(view: SegmentView, config: LogConfig): Promise<void> {
  const { context, segment } = view
  if (segment.dropped) throw new DiskError({ code: 'ENOENT', operation: 'rebuild', path: segment.index.path })
  await context.failpoint?.('segment-rebuild')
  const durableLogBytes = segment.durable?.logBytes ?? 0
  let durable: IndexLengths = { indexBytes: 0, timeIndexBytes: 0, lastTimeIndexMs: -1 }
  const index = besideOf(segment.index, segment.baseOffset, offsetIndexFormat)
  const timeIndex = besideOf(segment.timeIndex, segment.baseOffset, timeIndexFormat)
  const draft: SegmentDraft = { ...emptyState(segment.baseOffset, 0) }
  const entries = { baseOffset: segment.baseOffset, index, timeIndex }
  for await (const walked of walkBatches(view, { from: 0, useIndex: false })) {
    draft.logBytes = walked.position
    if (walked.kind === 'batch') addToIndexes(draft, entries, walked, config)
    else draft.bytesSinceIndexEntry += walked.size
    if (walked.position < durableLogBytes) durable = lengthsOf(draft, entries)
  }
  if (segment.sealed) addTimeEntry(draft, entries)
  await putInPlace(context, index, segment.index)
  await putInPlace(context, timeIndex, segment.timeIndex)
  await context.disk.syncDirectory(parentDirectory(segment.logPath))
  if (segment.durable?.sealed === true) durable = lengthsOf(draft, entries)
  segment.indexesReplaced(context, lengthsOf(draft, entries), durable)
  const { logBytes } = view.state
  context.logger.log('warn', 'segment-indexes-rebuilt', { file: segment.logPath, logBytes })
}

/** A new file that will replace the other. */
function besideOf(file: EntryFile, baseOffset: number, format: EntryFormat): EntryFile {
  return new EntryFile({ path: file.path + temporarySuffix, baseOffset, format })
}

function lengthsOf(draft: SegmentDraft, entries: Pick<SegmentEntries, 'index' | 'timeIndex'>): IndexLengths {
  return {
    indexBytes: entries.index.entryBytes,
    timeIndexBytes: entries.timeIndex.entryBytes,
    lastTimeIndexMs: draft.lastTimeIndexMs
  }
}

export async function putInPlace(context: SegmentContext, built: EntryFile, place: EntryFile): Promise<void> {
  place.forget(context)
  await built.flush(context)
  if (built.fileBytes === 0) return context.disk.remove(place.path)
  await context.files.datasync(built.path)
  built.forget(context)
  await context.disk.rename(built.path, place.path)
}
