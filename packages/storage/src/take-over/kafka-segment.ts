/** Reads one of Kafka's segment files batch by batch, each of which is checked: a take-over copies no damage. */
import { NaruError, readFully, type Disk, type DiskFile } from '@naru/base'
import {
  batchHeaderBytes,
  batchLogOverheadBytes,
  batchMagic,
  batchOffset,
  computeBatchCrc,
  readBatchHeader,
  type BatchHeader
} from '@naru/protocol'
import { damaged } from './kafka-folder.ts'
import { takeOverBatchBytesMax, takeOverReadBytes } from './limits.ts'

export interface KafkaBatch {
  /** A view that is good until the next batches are asked for. */
  readonly bytes: Buffer
  readonly header: BatchHeader
}

/** Batches in groups of about a read; rejects with KAFKA_LOG_DAMAGED or KAFKA_OLD_RECORDS. */
export async function* segmentBatches(disk: Disk, path: string): AsyncGenerator<readonly KafkaBatch[]> {
  const file = await disk.open(path, { mode: 'read' })
  try {
    const size = await file.size()
    for (let position = 0; position < size;) {
      const chunk = await readChunk(file, position, { size, path })
      const batches = batchesOf(chunk, { path, position, size })
      const bytes = batches.reduce((sum, batch) => sum + batch.bytes.byteLength, 0)
      if (bytes === 0) return await needZeros(file, position, { path, size })
      yield batches
      position += bytes
    }
  } finally {
    await file.close()
  }
}

interface Place {
  readonly path: string
  readonly size: number
}

async function readChunk(file: DiskFile, position: number, { path, size }: Place): Promise<Buffer> {
  const chunk = await readAt(file, position, Math.min(takeOverReadBytes, size - position))
  const batchBytes = sizeOfBatch(chunk)
  if (batchBytes === undefined || batchBytes <= chunk.byteLength) return chunk
  if (batchBytes > takeOverBatchBytesMax || position + batchBytes > size)
    throw damaged(path, position, 'the last batch is not whole')
  return readAt(file, position, batchBytes)
}

async function readAt(file: DiskFile, position: number, bytes: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(bytes)
  return into.subarray(0, await readFully(file, into, position))
}

/** Undefined where no length stands. */
function sizeOfBatch(bytes: Buffer): number | undefined {
  if (bytes.byteLength < batchLogOverheadBytes) return undefined
  return batchLogOverheadBytes + bytes.readUInt32BE(batchOffset.batchLength)
}

/** The whole batches at the beginning of the chunk; none where only the zeros of a preallocated file are left. */
function batchesOf(
  chunk: Buffer,
  { path, position, size }: Place & { readonly position: number }
): KafkaBatch[] {
  const batches: KafkaBatch[] = []
  let at = 0
  while (at < chunk.byteLength) {
    const rest = chunk.subarray(at)
    const bytes = sizeOfBatch(rest) ?? Number.POSITIVE_INFINITY
    if (bytes > rest.byteLength) {
      if (position + chunk.byteLength < size) break
      throw damaged(path, position + at, 'the last batch is not whole')
    }
    if (isZero(rest.subarray(0, batchHeaderBytes))) return batches
    if (rest.byteLength <= batchOffset.magic || bytes < batchOffset.magic + 1)
      throw damaged(path, position + at, 'there is no batch')
    if (rest.readUInt8(batchOffset.magic) < batchMagic) throw oldRecords(path)
    if (bytes < batchHeaderBytes) throw damaged(path, position + at, 'the batch is too small')
    const header = readBatchHeader(chunk, at)
    if (computeBatchCrc(chunk, at) !== header.crc) throw damaged(path, position + at, 'the checksum is wrong')
    batches.push({ bytes: chunk.subarray(at, at + bytes), header })
    at += bytes
  }
  return batches
}

const zeros = Buffer.alloc(64 * 1024)

function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.byteLength; at += zeros.byteLength) {
    const piece = bytes.subarray(at, at + zeros.byteLength)
    if (!piece.equals(zeros.subarray(0, piece.byteLength))) return false
  }
  return true
}

/** A hole in the middle of a log is damage, however many zeros there are. */
async function needZeros(file: DiskFile, from: number, { path, size }: Place): Promise<void> {
  for (let position = from; position < size; position += takeOverReadBytes) {
    const chunk = await readAt(file, position, Math.min(takeOverReadBytes, size - position))
    if (!isZero(chunk)) throw damaged(path, from, 'there are zeros, and something else behind them')
  }
}

function oldRecords(path: string): NaruError {
  return new NaruError('KAFKA_OLD_RECORDS', `${path} holds records in a format of before Kafka 0.11`)
}
