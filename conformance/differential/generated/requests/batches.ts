// Record batches, good and bad, of producers with and without ids.

import { CompressionCodec, batchOffset, buildBatch, writeBatchCrc } from '@naru/protocol'
import { FIRST_TIME, type Draw } from '../draw.ts'

export interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly transactional: boolean
}

export const NOBODY: Identity = {
  producerId: -1,
  producerEpoch: -1,
  baseSequence: -1,
  transactional: false
}

/** Compressed ones are good ones: what cannot be inflated is named differently by the two brokers. */
export function drawBatch(draw: Draw, identity: Identity, isAlone: boolean): Buffer {
  const count = draw.pick([1, 1, 2, 3, 5])
  const codec = draw.pick<CompressionCodec>([0, 0, 0, 0, ...Object.values(CompressionCodec)])
  const anyKey = draw.pick(['k1', 'k2', 'k3', 'k4', null])
  const anyBytes = draw.pick([0, 1, 10, 40, 100, 400])
  // A bad batch of a transaction: Kafka adds its partition to the transaction, and refuses it then.
  const key = identity.transactional ? (anyKey ?? 'k5') : anyKey
  const bytes = identity.transactional ? Math.min(anyBytes, 40) : anyBytes
  const time = FIRST_TIME + draw.below(1000) * 1000
  const records = Array.from({ length: count }, (_, at) => ({
    key: key === null ? null : Buffer.from(key),
    value: Buffer.alloc(bytes, 97 + at),
    timestamp: time + draw.below(10) * 100
  }))
  const good = buildBatch({ ...identity, compression: codec, records })
  const odd = draw.below(100)
  const isGood = odd < 90 || identity.transactional
  return isGood ? good : spoiled(draw, good, isAlone)
}

function spoiled(draw: Draw, good: Buffer, isAlone: boolean): Buffer {
  const copy = Buffer.from(good)
  const how = draw.below(8)
  if (how === 0) return Buffer.concat([copy, copy])
  if (how === 1) return copy.subarray(0, draw.pick([10, 40, 65]))
  if (how === 2 && isAlone) return Buffer.alloc(100, 7)
  if (how === 3) return Buffer.alloc(0)
  if (how === 4) return changed(copy, () => (copy[batchOffset.magic] = isAlone ? 3 : 1))
  if (how === 5) return changed(copy, () => copy.writeInt32BE(draw.pick([0, 9]), batchOffset.recordCount))
  if (how === 6) return changed(copy, () => copy.writeInt32BE(77, batchOffset.lastOffsetDelta))
  // The checksum is wrong.
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1
  return copy
}

function changed(bytes: Buffer, change: () => void): Buffer {
  change()
  writeBatchCrc(bytes, 0)
  return bytes
}
