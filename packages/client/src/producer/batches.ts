/** Sorts encoded records into batches of one partition each, in order, none larger than asked unless by one record. */
import { BATCH_RECORDS_MAX } from '../limits.ts'
import { partitionOfKey } from './partitioner.ts'
import type { EncodedRecord } from './record-to-send.ts'

export interface Batch {
  readonly partition: number
  readonly records: EncodedRecord[]
  bytes: number
}

/** Per partition, the batches in the order in which they must be sent. */
export type BatchQueues = ReadonlyMap<number, Batch[]>

export interface BatchPlan {
  readonly queues: BatchQueues
  /** Where the next keyless records go, so that they spread over the partitions batch by batch. */
  readonly keylessPartition: number
}

export function planBatches(
  records: readonly EncodedRecord[],
  limits: {
    readonly partitionCount: number
    readonly batchBytesMax: number
    readonly keylessPartition: number
  }
): BatchPlan {
  const queues = new Map<number, Batch[]>()
  let keyless = limits.keylessPartition % limits.partitionCount
  for (const record of records) {
    const chosen = record.partition ?? keyedPartition(record, limits.partitionCount)
    let partition = chosen ?? keyless
    if (chosen === undefined && isFull(queues.get(partition)?.at(-1), record, limits.batchBytesMax)) {
      keyless = (keyless + 1) % limits.partitionCount
      partition = keyless
    }
    add(queues, partition, record, limits.batchBytesMax)
  }
  return { queues, keylessPartition: (keyless + 1) % limits.partitionCount }
}

function keyedPartition(record: EncodedRecord, partitionCount: number): number | undefined {
  return record.key === null ? undefined : partitionOfKey(record.key, partitionCount)
}

function add(
  queues: Map<number, Batch[]>,
  partition: number,
  record: EncodedRecord,
  batchBytesMax: number
): void {
  const queue = queues.get(partition) ?? []
  queues.set(partition, queue)
  const last = queue.at(-1)
  if (last === undefined || isFull(last, record, batchBytesMax)) {
    queue.push({ partition, records: [record], bytes: record.bytes })
    return
  }
  last.records.push(record)
  last.bytes += record.bytes
}

function isFull(batch: Batch | undefined, record: EncodedRecord, batchBytesMax: number): boolean {
  if (batch === undefined) return false
  return batch.bytes + record.bytes > batchBytesMax || batch.records.length >= BATCH_RECORDS_MAX
}
