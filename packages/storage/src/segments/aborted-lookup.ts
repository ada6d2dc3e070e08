/**
 * Finds aborted transactions in the transaction indexes of a partition's segments. An index that is damaged is
 * built anew on the way; one that retention or compaction takes away meanwhile makes the search begin again.
 */
import { DiskError } from '@naru/base'
import type { EntryContent } from './entry-file.ts'
import type { SegmentView } from './log-window.ts'
import type { SegmentList } from './segment-list.ts'
import type { Segment } from './segment.ts'
import type { Serial } from './serial.ts'
import { collectAborted, type AbortedTransactionEntry, type OffsetSpan } from './transaction-index.ts'
import { rebuildTransactionIndex } from './transaction-rebuild.ts'

/** The partition that is searched. */
export interface AbortedPlace {
  /** Changes to its files take turns. */
  readonly serial: Serial
  readonly list: SegmentList
  view(segment: Segment): SegmentView
}

/** The transactions that overlap the offsets, in the order of their markers. */
export async function findAborted(place: AbortedPlace, span: OffsetSpan): Promise<AbortedTransactionEntry[]> {
  const found: AbortedTransactionEntry[] = []
  const segments = place.list.all
  for (let index = place.list.indexFor(span.offset); index < segments.length; index++) {
    const segment = segments[index] as Segment
    if (segment.transactionIndex.entryBytes === 0) continue
    const content = await transactionsOf(place, segment)
    if (content === undefined) return findAborted(place, span)
    if (collectAborted(content.onDisk, span, found) || collectAborted(content.pending, span, found)) break
  }
  return found
}

/** Undefined when the segment is no longer one of the partition's. */
async function transactionsOf(place: AbortedPlace, segment: Segment): Promise<EntryContent | undefined> {
  const { context } = place.view(segment)
  const content = await segment.transactionIndex.content(context)
  if (content !== undefined) return content
  await place.serial.run(() => repairTransactions(place, segment))
  if (!place.list.all.includes(segment)) return undefined
  const rebuilt = await segment.transactionIndex.content(context)
  if (rebuilt !== undefined) return rebuilt
  throw new DiskError({ code: 'EIO', operation: 'read', path: segment.transactionIndex.path })
}

/** Builds the index of the segment anew unless it is sound or gone; the caller has its turn. */
export async function repairTransactions(place: AbortedPlace, segment: Segment): Promise<void> {
  const before = place.list.all.filter(({ baseOffset }) => baseOffset < segment.baseOffset)
  const isDamaged = (await segment.transactionIndex.content(place.view(segment).context)) === undefined
  if (!isDamaged || !place.list.all.includes(segment)) return
  await rebuildTransactionIndex([...before, segment].map((one) => place.view(one)))
}
