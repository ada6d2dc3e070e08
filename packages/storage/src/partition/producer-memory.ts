/**
 * How a batch that has its place changes what a partition remembers of its producer and of transactions. Appending
 * and replaying go through here alike, so that the same batches give the same state.
 */
import { isControl, isTransactional, type BatchHeader } from '@naru/protocol'
import type { AbortedTransactionEntry } from '../segments/index.ts'
import type { EndMarker } from './end-marker.ts'
import type { PartitionLog } from './partition-log.ts'
import { producerAfter, producerAfterMarker, restoredProducer, type ProducerEntry } from './producer-state.ts'
import { ProducerTable } from './producer-table.ts'
import type { TailBatch } from './tail-batch.ts'
import { PartitionTransactions } from './transactions.ts'

/** Counts the batch in; it has been judged, and its marker read. */
export function rememberBatch(
  log: PartitionLog,
  frame: TailBatch,
  header: BatchHeader,
  marker: EndMarker | undefined
): void {
  // Compaction leaves control batches without a record behind; they say nothing any more.
  if (marker === undefined && isControl(header.attributes)) return
  const producers = (log.producers ??= new ProducerTable())
  const before = producers.get(header.producerId)
  const { baseOffset, maxTimestampMs: timestampMs, appendTimeMs: nowMs } = frame
  const at = { baseOffset, timestampMs, nowMs }
  const after =
    marker === undefined ? producerAfter(before, header, at) : producerAfterMarker(before, header, marker, at)
  frame.producerForgotten = producers.set(after, log.host.producersPerPartitionMax)
  if (!isTransactional(header.attributes)) return
  log.verifications?.appended(
    header.producerId,
    marker === undefined ? undefined : { epoch: header.producerEpoch }
  )
  if (marker !== undefined) endTransaction(log, frame, before, marker)
  else if (before === undefined || before.transactionFirstOffset < 0) {
    log.transactions ??= new PartitionTransactions()
    log.transactions.open(header.producerId, baseOffset)
  }
}

/** A marker without a transaction, sent again or for a partition without records, changes nothing for readers. */
function endTransaction(
  log: PartitionLog,
  frame: TailBatch,
  before: ProducerEntry | undefined,
  marker: EndMarker
): void {
  if (before === undefined || before.transactionFirstOffset < 0) return
  frame.ended = log.transactions?.end({
    producerId: before.producerId,
    firstOffset: before.transactionFirstOffset,
    markerOffset: frame.baseOffset,
    aborted: marker.aborts
  })
}

/** Undoes `rememberBatch` for the newest batch; the journal could not take it. */
export function takeBackBatch(log: PartitionLog, frame: TailBatch): void {
  const { producerBefore: entry, producerForgotten: forgotten } = frame
  log.producers?.restore(frame.producerId, { entry, forgotten })
  if (frame.ended !== undefined) log.transactions?.takeBackEnd(frame.ended)
  else log.transactions?.takeBackOpen(frame.baseOffset)
  if (log.transactions?.isEmpty === true) log.transactions = undefined
}

/** Takes up producers and transactions as a checkpoint left them. */
export function restoreProducers(
  log: PartitionLog,
  noted: {
    readonly producers: readonly ProducerEntry[]
    readonly aborted?: readonly AbortedTransactionEntry[] | undefined
  }
): void {
  if (noted.producers.length > 0) log.producers = new ProducerTable()
  const entries = noted.producers.map(restoredProducer)
  for (const entry of entries) log.producers?.set(entry, Number.POSITIVE_INFINITY)
  const open = entries.filter(({ transactionFirstOffset }) => transactionFirstOffset >= 0)
  if (open.length === 0 && noted.aborted === undefined) return
  log.transactions = new PartitionTransactions()
  open.sort((a, b) => a.transactionFirstOffset - b.transactionFirstOffset)
  for (const { producerId, transactionFirstOffset } of open) {
    log.transactions.open(producerId, transactionFirstOffset)
  }
  log.transactions.restoreAborted(noted.aborted ?? [])
}
