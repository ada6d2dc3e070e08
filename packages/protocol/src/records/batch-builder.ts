// Builds record batches of format v2: for coordinators, the client, tools and tests.
//
// Deltas are taken as the Java client takes them: the base timestamp is that of the first record, so that an
// uncompressed batch of ours equals Kafka's byte for byte.
import { compressSync, type Compression } from '../compression/index.ts'
import { batchAttribute, CompressionCodec, TimestampType } from './batch-attributes.ts'
import {
  batchHeaderBytes,
  batchLogOverheadBytes,
  batchMagic,
  batchOffset,
  noPartitionLeaderEpoch,
  noProducerEpoch,
  noProducerId,
  noSequence,
  noTimestamp
} from './batch-header.ts'
import { writeBatchCrc } from './batch-patch.ts'
import type { ControlRecord } from './control-records.ts'
import { writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { RecordWriter, type RecordToWrite } from './record-writer.ts'

export type BatchOptions = {
  /** 0 by default, as producers send it. */
  readonly baseOffset?: number
  /** -1 by default: the broker fills it in. */
  readonly partitionLeaderEpoch?: number
  /** None by default. */
  readonly compression?: CompressionCodec
  /** Set for batches as a broker stores them with LogAppendTime; the records' own timestamps are then ignored. */
  readonly logAppendTimeMs?: number
  /** -1 by default, as are epoch and sequence: not idempotent. */
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
  readonly control?: boolean
}

/** Collects records of one batch; offsets count up from the base offset. */
export class RecordBatchBuilder {
  private readonly options: BatchOptions
  private readonly writer: RecordWriter
  private count: number
  private baseTimestamp: number
  private maxTimestamp: number

  constructor(options: BatchOptions = {}) {
    this.options = options
    this.writer = new RecordWriter(batchHeaderBytes)
    this.count = 0
    this.baseTimestamp = noTimestamp
    this.maxTimestamp = noTimestamp
  }

  get recordCount(): number {
    return this.count
  }

  /** Of the batch without compression. */
  get sizeInBytes(): number {
    return this.writer.sizeInBytes
  }

  /** Copies key, value and headers. */
  append(record: RecordToWrite): this {
    if (this.count === 0) this.baseTimestamp = record.timestamp
    if (record.timestamp > this.maxTimestamp) this.maxTimestamp = record.timestamp
    this.writer.writeRecord(record, this.count, record.timestamp - this.baseTimestamp)
    this.count++
    return this
  }

  /** The batch, compressed in place when a codec is set; the builder is used up. */
  build(): Buffer {
    const bytes = this.writer.bytes()
    if (this.codec() === CompressionCodec.none) return this.finish(bytes)
    return this.withPayload(compressSync(this.codec(), bytes.subarray(batchHeaderBytes)))
  }

  /** The same with the compression off the loop. */
  async buildWith(compression: Compression): Promise<Buffer> {
    const bytes = this.writer.bytes()
    if (this.codec() === CompressionCodec.none) return this.finish(bytes)
    return this.withPayload(await compression.compress(this.codec(), bytes.subarray(batchHeaderBytes)))
  }

  private codec(): CompressionCodec {
    return this.options.compression ?? CompressionCodec.none
  }

  private withPayload(payload: Uint8Array): Buffer {
    const batch = Buffer.allocUnsafe(batchHeaderBytes + payload.length)
    batch.set(payload, batchHeaderBytes)
    return this.finish(batch)
  }

  private finish(batch: Buffer): Buffer {
    const { options } = this
    writeInt64(batch, batchOffset.baseOffset, options.baseOffset ?? 0)
    writeInt32(batch, batchOffset.batchLength, batch.length - batchLogOverheadBytes)
    const epoch = options.partitionLeaderEpoch ?? noPartitionLeaderEpoch
    writeInt32(batch, batchOffset.partitionLeaderEpoch, epoch)
    batch[batchOffset.magic] = batchMagic
    writeInt16(batch, batchOffset.attributes, this.attributes())
    writeInt32(batch, batchOffset.lastOffsetDelta, this.count - 1)
    writeInt64(batch, batchOffset.baseTimestamp, this.baseTimestamp)
    writeInt64(batch, batchOffset.maxTimestamp, options.logAppendTimeMs ?? this.maxTimestamp)
    writeInt64(batch, batchOffset.producerId, options.producerId ?? noProducerId)
    writeInt16(batch, batchOffset.producerEpoch, options.producerEpoch ?? noProducerEpoch)
    writeInt32(batch, batchOffset.baseSequence, options.baseSequence ?? noSequence)
    writeInt32(batch, batchOffset.recordCount, this.count)
    writeBatchCrc(batch, 0)
    return batch
  }

  private attributes(): number {
    const { options } = this
    const timestampType =
      options.logAppendTimeMs === undefined ? TimestampType.createTime : TimestampType.logAppendTime
    return (
      this.codec() |
      (timestampType === TimestampType.logAppendTime ? batchAttribute.logAppendTime : 0) |
      (options.transactional === true ? batchAttribute.transactional : 0) |
      (options.control === true ? batchAttribute.control : 0)
    )
  }
}

/** One batch of these records. */
export function buildBatch(options: BatchOptions & { readonly records: readonly RecordToWrite[] }): Buffer {
  const builder = new RecordBatchBuilder(options)
  for (const record of options.records) builder.append(record)
  return builder.build()
}

/** A batch of one control record; end markers are transactional, a leader change is not. */
export function buildControlBatch(
  options: BatchOptions & { readonly record: ControlRecord; readonly timestamp: number }
): Buffer {
  const builder = new RecordBatchBuilder({ ...options, control: true })
  return builder.append({ ...options.record, timestamp: options.timestamp }).build()
}
