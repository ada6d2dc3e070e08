/**
 * What becomes of transactions that are open when the log is handed over: committed where that had been decided and
 * only the marker is missing, aborted otherwise, as their coordinator would do when it starts.
 */
import { Reader } from '@naru/base'
import { readRecordsSync, splitBatches, type BatchRecord } from '@naru/protocol'
import { TRANSACTION_LOG, type TransactionLogValue } from '@naru/protocol/internal-records/transaction-log'
import type { LogStore, MetadataImage } from '../ports/index.ts'
import { wholeLog } from './whole-log.ts'

export const TRANSACTION_TOPIC = '__transaction_state'
/** PrepareCommit: the decision is durable. */
const COMMITTING = 2

/** Ids of the producers whose transaction is decided to be committed. */
export async function committingProducers(log: LogStore, image: MetadataImage): Promise<ReadonlySet<number>> {
  const topic = image.topicsByName.get(TRANSACTION_TOPIC)
  const newest = new Map<string, TransactionLogValue>()
  for (let partition = 0; partition < (topic?.partitionCount ?? 0); partition++) {
    if (topic === undefined) break
    for await (const chunk of wholeLog(log, topic, partition)) {
      for (const { at } of splitBatches(chunk).batches) {
        for (const record of readRecordsSync(chunk, at)) note(newest, record)
      }
    }
  }
  const committing = [...newest.values()].filter(({ transactionStatus }) => transactionStatus === COMMITTING)
  return new Set(committing.map(({ producerId }) => producerId))
}

function note(newest: Map<string, TransactionLogValue>, { key, value }: BatchRecord): void {
  if (key === null) return
  const keyReader = new Reader(key)
  if (keyReader.int16() !== TRANSACTION_LOG.recordType) return
  const { transactionalId } = TRANSACTION_LOG.key.read(keyReader, 0)
  if (value === null) return void newest.delete(transactionalId)
  const reader = new Reader(value)
  newest.set(transactionalId, TRANSACTION_LOG.value.read(reader, reader.int16()))
}
