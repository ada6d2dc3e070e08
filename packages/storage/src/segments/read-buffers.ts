/**
 * Memory for reads of segments, used again and again: fresh memory for each read makes the collector, which sees
 * only how much lies outside of its heap, go through the whole heap every few megabytes (half of the processor time
 * of a fetch, measured). Memory that is not given back is left to the collector, so that a reader who forgets to do
 * so costs time and nothing else.
 */
import { blockBytes, idleReadBuffersMax, readWindowBytes } from './limits.ts'

/** A window that begins anywhere in its first block. */
const bufferBytes = readWindowBytes + blockBytes
/** Smaller ones are cheap, and would keep the memory of a large one while they are sent. */
const pooledBytesMin = bufferBytes / 4

export interface ReadLease {
  readonly bytes: Buffer
  /** The bytes may change from now on; a second call does nothing. */
  giveBack(): void
}

class Lease implements ReadLease {
  readonly bytes: Buffer
  readonly #idle: Buffer[]
  #buffer: Buffer | undefined

  constructor(idle: Buffer[], buffer: Buffer, byteLength: number) {
    this.#idle = idle
    this.#buffer = buffer
    this.bytes = byteLength === buffer.byteLength ? buffer : buffer.subarray(0, byteLength)
  }

  giveBack(): void {
    const buffer = this.#buffer
    this.#buffer = undefined
    if (buffer !== undefined && this.#idle.length < idleReadBuffersMax) this.#idle.push(buffer)
  }
}

export class ReadBuffers {
  /** The last one is taken first: what was used a moment ago is still in the processor's cache. */
  readonly #idle: Buffer[] = []

  get idleCount(): number {
    return this.#idle.length
  }

  /** Undefined for a size that is not worth keeping. What the bytes hold is undefined. */
  lend(byteLength: number): ReadLease | undefined {
    if (byteLength < pooledBytesMin || byteLength > bufferBytes) return undefined
    return new Lease(this.#idle, this.#idle.pop() ?? Buffer.allocUnsafeSlow(bufferBytes), byteLength)
  }
}
