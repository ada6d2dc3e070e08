/** Record batches of simulated producers, and what readers find in an answer. */
import {
  CompressionCodec,
  buildBatch,
  computeBatchCrc,
  lastOffsetOf,
  readRecordsSync,
  splitBatches
} from '@naru/protocol'
import { AbortedFilter, type AbortedTransaction } from './aborted-filter.ts'
import { decodePayload, encodePayload, type SeededRandom, type SeenRecord } from '@naru/simulator'

export interface BatchToSend {
  readonly topic: string
  readonly partition: number
  readonly producer: string
  readonly sequences: readonly number[]
  readonly timestampMs: number
  readonly idempotent?: { readonly id: number; readonly epoch: number; readonly sequence: number }
  readonly transactional?: boolean
}

export function payloadBatch(batch: BatchToSend, random: SeededRandom, compressed: boolean): Uint8Array {
  const { topic, partition, producer, idempotent } = batch
  const records = batch.sequences.map((sequence) => ({
    key: null,
    value: encodePayload({ topic, partition, producer, sequence }, paddingBytes(random)),
    timestamp: batch.timestampMs
  }))
  const compression = compressed ? CompressionCodec.lz4 : CompressionCodec.none
  if (idempotent === undefined) return buildBatch({ records, compression })
  return buildBatch({
    records,
    compression,
    producerId: idempotent.id,
    producerEpoch: idempotent.epoch,
    baseSequence: idempotent.sequence,
    transactional: batch.transactional ?? false
  })
}

function paddingBytes(random: SeededRandom): number {
  return random.oneIn(12) ? random.below(8_000) : random.below(200)
}

export interface Found {
  readonly records: readonly SeenRecord[]
  readonly markers: readonly { readonly from: number; readonly to: number }[]
  readonly next: number
}

/** Records at and above the offset that was asked for; those of aborted transactions are left out, as consumers do. */
export function recordsFound(
  chunks: Uint8Array | readonly Uint8Array[] | null,
  from: number,
  aborted: readonly AbortedTransaction[] = []
): Found {
  const filter = new AbortedFilter(aborted)
  const records: SeenRecord[] = []
  const markers: { from: number; to: number }[] = []
  let next = from
  const list = chunks === null ? [] : chunks instanceof Uint8Array ? [chunks] : chunks
  for (const chunk of list) {
    const split = splitBatches(chunk)
    if (split.end === 'corrupt') throw new Error(`an answer holds no batch at byte ${split.validBytes}`)
    for (const { at, header } of split.batches) {
      if (computeBatchCrc(chunk, at) !== header.crc)
        throw new Error(`a batch at ${header.baseOffset} was damaged`)
      const to = lastOffsetOf(header) + 1
      if (filter.drops(chunk, at, header)) markers.push({ from: header.baseOffset, to })
      else {
        for (const { offset, value } of readRecordsSync(chunk, at)) {
          if (offset >= from)
            records.push({ offset, payload: value === null ? undefined : decodePayload(value) })
        }
      }
      next = Math.max(next, to)
    }
  }
  return { records, markers, next }
}
