/**
 * Reads as a consumer with read_committed does: passes over control records and, by the list of aborted
 * transactions that comes with each answer, over what was taken back.
 */
import type { Uuid } from '@naru/base'
import { isControl, isTransactional, lastOffsetOf, splitBatches } from '@naru/protocol'
import type { AbortedTransaction, Storage } from '../ports/index.ts'
import { suiteRecords, type SuiteRecord } from './batches.ts'
import { read } from './engine.ts'

export interface CommittedRead {
  readonly offset: number
  readonly partition?: number
  readonly maxBytes?: number
}

/** The committed records of one answer, and where the next one begins; undefined when there is nothing. */
export async function readCommitted(
  storage: Storage,
  topicId: Uuid,
  at: CommittedRead
): Promise<{ readonly records: readonly SuiteRecord[]; readonly nextOffset: number } | undefined> {
  const result = await read(storage, topicId, at.offset, { ...at, isolation: 'read-committed' })
  if (result.kind !== 'records') throw new Error(`read at ${at.offset} answered ${result.kind}`)
  if (result.bytes === 0) return undefined
  return { ...committedIn(result.chunks, result.abortedTransactions, at.offset) }
}

/** Everything that a consumer would be given from an offset to the end. */
export async function committedRecords(
  storage: Storage,
  topicId: Uuid,
  options: Partial<CommittedRead> = {}
): Promise<SuiteRecord[]> {
  const records: SuiteRecord[] = []
  for (let offset = options.offset ?? 0; ;) {
    const next = await readCommitted(storage, topicId, { ...options, offset })
    if (next === undefined) return records
    records.push(...next.records)
    offset = next.nextOffset
  }
}

function committedIn(
  chunks: readonly Uint8Array[],
  abortedTransactions: readonly AbortedTransaction[],
  from: number
): { readonly records: readonly SuiteRecord[]; readonly nextOffset: number } {
  const waiting = [...abortedTransactions].sort((a, b) => a.firstOffset - b.firstOffset)
  const aborted = new Set<number>()
  const records: SuiteRecord[] = []
  let nextOffset = from
  for (const chunk of chunks) {
    for (const { at, header } of splitBatches(chunk).batches) {
      const lastOffset = lastOffsetOf(header)
      nextOffset = lastOffset + 1
      while (waiting[0] !== undefined && waiting[0].firstOffset <= lastOffset) {
        aborted.add((waiting.shift() as AbortedTransaction).producerId)
      }
      if (isControl(header.attributes)) aborted.delete(header.producerId)
      else if (!isTransactional(header.attributes) || !aborted.has(header.producerId)) {
        const batch = chunk.subarray(at, at + header.sizeInBytes)
        records.push(...suiteRecords([batch]).filter(({ offset }) => offset >= from))
      }
    }
  }
  return { records, nextOffset }
}
