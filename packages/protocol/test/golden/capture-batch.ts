// A record batch for the capture's produce requests, built by hand: the batch is opaque to the message codec,
// and the real broker judges it.

import { Writer } from '@naru/base'
import { crc32c } from '@naru/protocol'

export interface BatchProducer {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}

const crcStart = 21
const lengthStart = 12

/** One record without key and headers: attributes, deltas 0, key -1, value, no headers; lengths as zigzag varints. */
function record(value: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from([0, 0, 0, 1, value.length << 1]), value, Buffer.from([0])])
  return Buffer.concat([Buffer.from([body.length << 1]), body])
}

/** A batch of one short record (below 58 bytes, so that every varint is one byte). */
export function batchOf(text: string, timestamp: number, producer: BatchProducer): Uint8Array {
  const writer = new Writer()
  writer.int64(0)
  writer.int32(0)
  writer.int32(-1)
  writer.int8(2)
  writer.int32(0)
  writer.int16(0)
  writer.int32(0)
  writer.int64(timestamp)
  writer.int64(timestamp)
  writer.int64(producer.producerId)
  writer.int16(producer.producerEpoch)
  writer.int32(producer.baseSequence)
  writer.int32(1)
  const batch = Buffer.concat([Buffer.from(writer.toBytes()), record(Buffer.from(text))])
  batch.writeInt32BE(batch.length - lengthStart, lengthStart - 4)
  batch.writeUInt32BE(crc32c(batch.subarray(crcStart)), crcStart - 4)
  return batch
}
