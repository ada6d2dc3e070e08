/**
 * Cuts a byte stream into frames of the Kafka protocol: a length of four bytes, then as many bytes.
 * Nothing is allocated for a length that is only claimed: the chunks that arrived are kept as they are and
 * joined (one copy) when the frame is complete. A frame inside one chunk is handed out as a view.
 */
import { CHUNK_BYTES_OVERHEAD } from './limits.ts'

export type FrameProblem = {
  readonly kind: 'negative-length' | 'too-large' | 'too-short'
  readonly length: number
}

export class FrameAssembler {
  readonly #frameBytesMax: number
  readonly #frameBytesMin: number
  #chunks: Uint8Array[] = []
  #buffered = 0

  constructor(options: { frameBytesMin: number; frameBytesMax: number }) {
    this.#frameBytesMin = options.frameBytesMin
    this.#frameBytesMax = options.frameBytesMax
  }

  /** Bytes of a frame that is not complete yet. */
  get buffered(): number {
    return this.#buffered
  }

  /** What they take in memory. */
  get heldBytes(): number {
    return this.#buffered + this.#chunks.length * CHUNK_BYTES_OVERHEAD
  }

  /** Adds what arrived. */
  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return
    this.#chunks.push(chunk)
    this.#buffered += chunk.byteLength
  }

  /** The next whole frame without its length; undefined when more bytes are needed; a problem ends the connection. */
  next(): Uint8Array | FrameProblem | undefined {
    if (this.#buffered < 4) return undefined
    const length = this.#peekLength()
    if (length < 0) return { kind: 'negative-length', length }
    if (length > this.#frameBytesMax) return { kind: 'too-large', length }
    if (length < this.#frameBytesMin) return { kind: 'too-short', length }
    if (this.#buffered < 4 + length) return undefined
    this.#skip(4)
    return this.#take(length)
  }

  #peekLength(): number {
    const first = this.#chunks[0] as Uint8Array
    if (first.byteLength >= 4) return readInt32(first, 0)
    const head = new Uint8Array(4)
    let at = 0
    for (const chunk of this.#chunks) {
      const part = chunk.subarray(0, 4 - at)
      head.set(part, at)
      at += part.byteLength
      if (at === 4) break
    }
    return readInt32(head, 0)
  }

  #skip(count: number): void {
    let rest = count
    this.#buffered -= count
    while (rest > 0) {
      const first = this.#chunks[0] as Uint8Array
      if (first.byteLength > rest) {
        this.#chunks[0] = first.subarray(rest)
        return
      }
      rest -= first.byteLength
      this.#chunks.shift()
    }
  }

  #take(length: number): Uint8Array {
    const first = this.#chunks[0]
    if (first !== undefined && first.byteLength >= length) {
      const frame = first.subarray(0, length)
      this.#skip(length)
      return frame
    }
    const frame = Buffer.allocUnsafeSlow(length)
    let at = 0
    let used = 0
    for (const chunk of this.#chunks) {
      const part = chunk.byteLength <= length - at ? chunk : chunk.subarray(0, length - at)
      frame.set(part, at)
      at += part.byteLength
      if (part.byteLength < chunk.byteLength) {
        this.#chunks[used] = chunk.subarray(part.byteLength)
        break
      }
      used++
      if (at === length) break
    }
    this.#chunks.splice(0, used)
    this.#buffered -= length
    return frame
  }
}

function readInt32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4)
  return (a << 24) | (b << 16) | (c << 8) | d
}
