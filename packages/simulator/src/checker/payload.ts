/**
 * Values that say where they belong: topic, partition, producer and sequence, with a checksum, so that bytes that
 * were torn, mixed up or put into another topic give themselves away.
 */
import { crc32 } from 'node:zlib'

export interface Payload {
  readonly topic: string
  readonly partition: number
  readonly producer: string
  /** Counts up per producer over all topics; producer and sequence name a value. */
  readonly sequence: number
}

/** None of the names may contain a space. */
export function encodePayload(payload: Payload, paddingBytes = 0): Buffer {
  const { topic, partition, producer, sequence } = payload
  const text = `${topic} ${partition} ${producer} ${sequence} ${'.'.repeat(paddingBytes)}`
  return Buffer.from(`${text} ${crc32(text).toString(16)}`)
}

/** Undefined when the bytes are no whole payload. */
export function decodePayload(bytes: Uint8Array): Payload | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  const end = text.lastIndexOf(' ')
  if (end < 0 || crc32(text.slice(0, end)).toString(16) !== text.slice(end + 1)) return undefined
  const [topic, partition, producer, sequence] = text.split(' ', 4)
  if (topic === undefined || producer === undefined || sequence === undefined) return undefined
  return { topic, partition: Number(partition), producer, sequence: Number(sequence) }
}
