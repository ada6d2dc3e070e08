// What the sink knows of a topic: how far its offsets have counted, and the largest batch that was ever sent to it, of
// which it makes up whatever is fetched.

const recordCountAt = 57
const offsetBytes = 8

export class SinkTopic {
  readonly name: string
  readonly ends: number[]
  #batch: Buffer | undefined
  #records = 1

  constructor(name: string, partitions: number) {
    this.name = name
    this.ends = Array.from({ length: partitions }, () => 0)
  }

  /** Counts the records and forgets them; returns the offset of the first. */
  append(partition: number, batch: Uint8Array): number {
    const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength)
    const records = bytes.readInt32BE(recordCountAt)
    if (this.#batch === undefined || this.#batch.byteLength < batch.byteLength) {
      this.#batch = Buffer.from(bytes)
      this.#records = records
    }
    const base = this.ends[partition] ?? 0
    this.ends[partition] = base + records
    return base
  }

  /** Copies of the one batch with the offsets that were asked for: small heads, and a body that all share. */
  read(partition: number, offset: number, bytesMax: number): Uint8Array[] {
    const end = this.ends[partition] ?? 0
    const batch = this.#batch
    if (batch === undefined || offset >= end) return []
    const body = batch.subarray(offsetBytes)
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (let base = offset; base < end; base += this.#records) {
      if (bytes > 0 && bytes + batch.byteLength > bytesMax) break
      const head = Buffer.allocUnsafe(offsetBytes)
      head.writeBigInt64BE(BigInt(base))
      chunks.push(head, body)
      bytes += batch.byteLength
    }
    return chunks
  }
}
