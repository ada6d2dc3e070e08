// Record batches of all kinds, most of them broken in one place: what two brokers have to agree on.

import {
  batchHeaderBytes,
  batchOffset,
  buildBatch,
  CompressionCodec,
  endTransactionMarker,
  buildControlBatch,
  wholeBatchSizeAt,
  writeBatchCrc,
  type BatchOptions
} from '@naru/protocol'

export const topics = ['plain', 'compact', 'log-append-time'] as const
export type Topic = (typeof topics)[number]

export interface MutatedBatch {
  readonly topic: Topic
  readonly bytes: Buffer
}

/** Draws whole numbers below `limit`; the same seed gives the same row. */
type Draw = (limit: number) => number

const oddNumbers = [0, -1, 1, 2, 3, 4, 5, 7, 100, 2147483647, -2147483648]
const int32Fields = [0, 4, 8, 12, 16, 17, 21, 23, 27, 31, 35, 39, 43, 47, 51, 53, 57]

export function mutatedBatches(seed: number, count: number, now: number): MutatedBatch[] {
  const draw = drawWith(seed)
  const bases = baseBatches(now)
  return Array.from({ length: count }, () => {
    const topic = topics[draw(topics.length)]!
    return { topic, bytes: mutated(Buffer.from(bases[draw(bases.length)]!), draw) }
  })
}

function drawWith(seed: number): Draw {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

function baseBatches(now: number): Buffer[] {
  const producer = { producerId: 10, producerEpoch: 0, baseSequence: 0 }
  const marker = { ...producer, record: endTransactionMarker('commit', 1), timestamp: now }
  const bases = [
    buildControlBatch({ ...marker, transactional: true }),
    batch(now, 3, { logAppendTimeMs: now })
  ]
  for (const compression of Object.values(CompressionCodec)) {
    bases.push(batch(now, 5, { compression }), batch(now, 3, { ...producer, compression }))
    bases.push(batch(now, 3, { compression }, false), batch(now, 40, { compression }))
  }
  return bases
}

function batch(now: number, count: number, options: BatchOptions, withKey = true): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({
    timestamp: now - 1000 + index,
    key: withKey ? Buffer.from(`key ${index}`) : null,
    value: Buffer.from(`value ${index}`),
    headers: index % 2 === 0 ? [] : [{ key: 'header', value: Buffer.from('x') }]
  }))
  return buildBatch({ ...options, records })
}

/** Breaks the batch in one way; the checksum is mostly made right again, so that later checks get their turn. */
function mutated(bytes: Buffer, draw: Draw): Buffer {
  const body = batchHeaderBytes + draw(bytes.length - batchHeaderBytes)
  switch (draw(9)) {
    case 0:
      bytes[draw(bytes.length)]! ^= 1 + draw(255)
      return draw(2) === 0 ? bytes : checksummed(bytes)
    case 1:
      bytes.writeInt32BE(oddNumbers[draw(oddNumbers.length)]!, int32Fields[draw(int32Fields.length)])
      return checksummed(bytes)
    case 2:
      return bytes.subarray(0, draw(bytes.length + 1))
    case 3:
      return Buffer.concat([bytes, bytes.subarray(0, draw(bytes.length + 1))])
    case 4:
      bytes[batchOffset.attributes + 1] = draw(256)
      return checksummed(bytes)
    case 5:
      bytes[body] = draw(256)
      return checksummed(bytes)
    case 6:
      bytes.writeInt32BE(oddNumbers[draw(oddNumbers.length)]!, batchOffset.lastOffsetDelta)
      bytes.writeInt32BE(oddNumbers[draw(oddNumbers.length)]!, batchOffset.recordCount)
      return checksummed(bytes)
    case 7:
      bytes.writeInt32BE(body - batchOffset.partitionLeaderEpoch, batchOffset.batchLength)
      return checksummed(bytes.subarray(0, body))
    default:
      bytes[batchOffset.magic] = draw(4)
      return checksummed(bytes)
  }
}

function checksummed(bytes: Buffer): Buffer {
  if (wholeBatchSizeAt(bytes, 0) === bytes.length) writeBatchCrc(bytes, 0)
  return bytes
}
