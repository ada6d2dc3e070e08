/**
 * Builds the transaction index of a segment anew from the .log files: its own, for the markers, and those before
 * it, for where the transactions begin. What began below the log start begins where its first record is left.
 */
import { DiskError } from '@naru/base'
import { crc32c, isControl, isTransactional, readBatchHeader } from '@naru/protocol'
import { endMarkerOf } from '../partition/end-marker.ts'
import { walkBatches } from './batch-walk.ts'
import { EntryFile } from './entry-file.ts'
import type { SegmentView } from './log-window.ts'
import { putInPlace } from './index-rebuild.ts'
import { parentDirectory, temporarySuffix } from './segment-names.ts'
import {
  encodeTransactionEntry,
  IndexChecksums,
  transactionIndexFormat,
  type AbortedTransactionEntry,
  type CheckedLength
} from './transaction-index.ts'

/** `views` are all segments of the partition up to the one whose index is built, which is the last. */
export async function rebuildTransactionIndex(views: readonly SegmentView[]): Promise<void> {
  const view = views.at(-1) as SegmentView
  const { context, segment } = view
  const { path } = segment.transactionIndex
  if (segment.dropped) throw new DiskError({ code: 'ENOENT', operation: 'rebuild', path })
  await context.failpoint?.('segment-rebuild')
  const durableEnd = segment.durable?.nextOffset ?? segment.baseOffset
  const format = transactionIndexFormat(new IndexChecksums())
  const built = new EntryFile({ path: path + temporarySuffix, baseOffset: segment.baseOffset, format })
  let length: CheckedLength = { bytes: 0, crc: 0 }
  let durable = length
  for await (const aborted of abortedOf(views)) {
    if (aborted.lastOffset < segment.baseOffset) continue
    const entry = encodeTransactionEntry(aborted)
    built.append(entry)
    length = { bytes: built.entryBytes, crc: crc32c(entry, 0, entry.byteLength, length.crc) }
    if (aborted.lastOffset < durableEnd) durable = length
  }
  await putInPlace(context, built, segment.transactionIndex)
  await context.disk.syncDirectory(parentDirectory(segment.logPath))
  segment.transactionIndexReplaced(context, length, durable)
  context.logger.log('warn', 'segment-transactions-rebuilt', { file: path, bytes: length.bytes })
}

/** All aborted transactions whose markers lie in the segments, in the order of the markers. */
async function* abortedOf(views: readonly SegmentView[]): AsyncGenerator<AbortedTransactionEntry> {
  /** First offset by producer, the oldest transaction first. */
  const open = new Map<number, number>()
  for (const view of views) {
    for await (const walked of walkBatches(view, { from: 0, useIndex: true })) {
      if (walked.kind === 'damaged') continue
      const header = readBatchHeader(walked.bytes)
      if (!isTransactional(header.attributes)) continue
      const { producerId, baseOffset } = header
      if (!isControl(header.attributes)) {
        if (!open.has(producerId)) open.set(producerId, baseOffset)
        continue
      }
      const firstOffset = open.get(producerId)
      const marker = endMarkerOf(walked.bytes, header)
      open.delete(producerId)
      if (firstOffset === undefined || marker?.aborts !== true) continue
      const [oldest] = open.values()
      const lastStableOffset = oldest ?? baseOffset + 1
      yield { producerId, firstOffset, lastOffset: baseOffset, lastStableOffset }
    }
  }
}
