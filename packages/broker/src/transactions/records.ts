/**
 * Records of `__transaction_state` in Kafka's own format, so that its tools read them. Values have version 1, which
 * Apache Kafka 4.2 writes when `transaction.version` is 1 or higher. The previous and the next producer id are written
 * where they matter, when epochs run out, so that a crash between the two records of an end does not lose the new id.
 */
import { DecodeError, Reader, Writer } from '@naru/base'
import { TRANSACTION_LOG } from '@naru/protocol/internal-records/transaction-log'
import type { EncodedRecord } from '../coordinator/slot-machine.ts'
import type { TransactionRecord } from './state.ts'
import {
  NO_EPOCH,
  NO_PARTITIONS,
  STATUS_NAMES,
  TransactionStatus,
  type Transaction,
  type TransactionPartitions
} from './transaction.ts'

const KEY_VERSION = 0
const VALUE_VERSION = 1
const V2 = 2

export function encodeRecord({ transactionalId, value }: TransactionRecord): EncodedRecord {
  const key = new Writer()
  key.int16(TRANSACTION_LOG.recordType)
  TRANSACTION_LOG.key.write(key, { transactionalId }, KEY_VERSION)
  return { key: key.toBytes(), value: value === null ? null : encodeValue(value) }
}

function encodeValue(value: Transaction): Uint8Array {
  const writer = new Writer()
  writer.int16(VALUE_VERSION)
  TRANSACTION_LOG.value.write(
    writer,
    {
      producerId: value.producerId,
      previousProducerId: value.previousProducerId,
      nextProducerId: value.nextProducerId,
      producerEpoch: value.producerEpoch,
      nextProducerEpoch: NO_EPOCH,
      transactionTimeoutMs: value.timeoutMs,
      transactionStatus: value.status,
      transactionPartitions: value.status === TransactionStatus.empty ? null : partitionsOf(value.partitions),
      transactionLastUpdateTimestampMs: value.updateMs,
      transactionStartTimestampMs: value.startMs,
      clientTransactionVersion: value.clientVersion
    },
    VALUE_VERSION
  )
  return writer.toBytes()
}

function partitionsOf(partitions: TransactionPartitions): { topic: string; partitionIds: number[] }[] {
  return [...partitions].map(([topic, indexes]) => ({ topic, partitionIds: [...indexes] }))
}

/** Undefined for records that are none of ours; damage throws `DecodeError`. */
export function decodeRecord(
  key: Uint8Array | null,
  value: Uint8Array | null
): TransactionRecord | undefined {
  if (key === null) return undefined
  const reader = new Reader(key)
  if (reader.int16() !== TRANSACTION_LOG.recordType) return undefined
  const { transactionalId } = TRANSACTION_LOG.key.read(reader, KEY_VERSION)
  return { transactionalId, value: value === null ? null : decodeValue(value) }
}

function decodeValue(bytes: Uint8Array): Transaction {
  const reader = new Reader(bytes)
  const version = reader.int16()
  const { minVersion, maxVersion } = TRANSACTION_LOG.value
  if (version < minVersion || version > maxVersion) throw new DecodeError('BAD_VALUE', 0)
  const value = TRANSACTION_LOG.value.read(reader, version)
  return {
    producerId: value.producerId,
    producerEpoch: value.producerEpoch,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    lastProducerEpoch: NO_EPOCH,
    timeoutMs: value.transactionTimeoutMs,
    status: statusOf(value.transactionStatus),
    partitions: decodePartitions(value.transactionPartitions),
    startMs: value.transactionStartTimestampMs,
    updateMs: value.transactionLastUpdateTimestampMs,
    clientVersion: value.clientTransactionVersion >= V2 ? V2 : 0
  }
}

function statusOf(status: number): TransactionStatus {
  if (!(status in STATUS_NAMES)) throw new DecodeError('BAD_VALUE', 0)
  return status as TransactionStatus
}

function decodePartitions(
  partitions: readonly { readonly topic: string; readonly partitionIds: readonly number[] }[] | null
): TransactionPartitions {
  if (partitions === null || partitions.length === 0) return NO_PARTITIONS
  return new Map(partitions.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]))
}
