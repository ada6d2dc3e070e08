/**
 * Cuts a byte stream into frames of the Kafka protocol: a length of four bytes, then as many bytes.
 *
 * A frame inside one chunk is handed out as a view. Where the network can read to a given place, the rest of a frame
 * that has begun goes to its own memory at once; that of a frame of up to `PLACED_FRAME_BYTES_MAX` is asked for when its
 * length is known, and the system gives no page of it before bytes arrive there. Otherwise the chunks that arrived are
 * kept as they are and joined when the frame is complete, so that nothing is allocated for a length that is only claimed.
 */
import type { SharedMemory } from '@naru/storage'
import { CHUNK_BYTES_OVERHEAD, PLACED_FRAME_BYTES_MAX } from './limits.ts'
import type { FrameMemory, ReceiveMemory } from './receive-memory.ts'

/** One request without its length. */
export interface Frame {
  readonly kind: 'frame'
  readonly bytes: Uint8Array
  /** What the bytes lie in, held for whoever takes the frame; undefined where that is not used again. */
  readonly memory: SharedMemory | undefined
}

export type FrameProblem = {
  readonly kind: 'negative-length' | 'too-large' | 'too-short'
  readonly length: number
}

export class FrameAssembler {
  readonly #frameBytesMax: number
  readonly #frameBytesMin: number
  readonly #memory: ReceiveMemory
  #chunks: Uint8Array[] = []
  /** Bytes in the chunks. */
  #buffered = 0
  /** The frame that is being received in its place, and how much of it is there. */
  #placed: FrameMemory | undefined
  #placedBytes = 0

  constructor(options: { frameBytesMin: number; frameBytesMax: number; memory: ReceiveMemory }) {
    this.#memory = options.memory
    this.#frameBytesMin = options.frameBytesMin
    this.#frameBytesMax = options.frameBytesMax
  }

  /** Bytes of a frame that is not complete yet. */
  get buffered(): number {
    return this.#buffered + this.#placedBytes
  }

  /** What they take in memory. */
  get heldBytes(): number {
    return this.buffered + this.#chunks.length * CHUNK_BYTES_OVERHEAD
  }

  /** Adds what arrived. */
  push(chunk: Uint8Array): void {
    const rest = this.#placed === undefined ? chunk : this.#place(this.#placed.bytes, chunk)
    if (rest.byteLength === 0) return
    this.#chunks.push(rest)
    this.#buffered += rest.byteLength
  }

  /** Memory for what is missing of the frame that has begun; undefined where the next bytes begin another one. */
  place(): Uint8Array | undefined {
    this.#placed ??= this.#begin()
    return this.#placed?.bytes.subarray(this.#placedBytes)
  }

  /** So many bytes have been written to the memory that `place` gave. */
  placed(count: number): void {
    this.#placedBytes += count
  }

  /** Moves what is there of a frame to memory of its own. */
  #begin(): FrameMemory | undefined {
    if (this.#buffered < 4) return undefined
    const length = this.#peekLength()
    const isSound = length >= this.#frameBytesMin && length <= this.#frameBytesMax
    if (!isSound || length > PLACED_FRAME_BYTES_MAX || this.#buffered >= 4 + length) return undefined
    this.#skip(4)
    const frame = this.#memory.take(length)
    for (const chunk of this.#chunks) this.#place(frame.bytes, chunk)
    this.#chunks = []
    this.#buffered = 0
    return frame
  }

  /** Copies as much of the chunk as belongs to the frame; the rest. */
  #place(frame: Buffer, chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, frame.byteLength - this.#placedBytes)
    frame.set(part, this.#placedBytes)
    this.#placedBytes += part.byteLength
    return chunk.subarray(part.byteLength)
  }

  /** The next whole frame without its length; undefined when more bytes are needed; a problem ends the connection. */
  next(): Frame | FrameProblem | undefined {
    if (this.#placed !== undefined) return this.#takePlaced(this.#placed)
    if (this.#buffered < 4) return undefined
    const length = this.#peekLength()
    if (length < 0) return { kind: 'negative-length', length }
    if (length > this.#frameBytesMax) return { kind: 'too-large', length }
    if (length < this.#frameBytesMin) return { kind: 'too-short', length }
    if (this.#buffered < 4 + length) return undefined
    this.#skip(4)
    return this.#take(length)
  }

  #takePlaced({ bytes, shared }: FrameMemory): Frame | undefined {
    if (this.#placedBytes < bytes.byteLength) return undefined
    this.#placed = undefined
    this.#placedBytes = 0
    return { kind: 'frame', bytes, memory: shared }
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

  #take(length: number): Frame {
    const first = this.#chunks[0]
    if (first !== undefined && first.byteLength >= length && !this.#memory.spoils) {
      const bytes = first.subarray(0, length)
      this.#skip(length)
      return { kind: 'frame', bytes, memory: undefined }
    }
    const { bytes, shared } = this.#memory.take(length)
    let at = 0
    let used = 0
    for (const chunk of this.#chunks) {
      const part = chunk.byteLength <= length - at ? chunk : chunk.subarray(0, length - at)
      bytes.set(part, at)
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
    return { kind: 'frame', bytes, memory: shared }
  }
}

function readInt32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4)
  return (a << 24) | (b << 16) | (c << 8) | d
}
