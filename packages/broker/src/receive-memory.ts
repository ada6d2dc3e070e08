/**
 * Memory that long frames are received in, and that is used again. Fresh memory per frame lies outside of V8's heap, which
 * then collects everything every few dozen megabytes, with all its threads: a fifth of the processor time of a produced
 * byte (docs/decisions/0011-receive-memory.md).
 *
 * A frame is held by its request until that is answered, and by whoever keeps a batch of it. When the last one lets go, the
 * memory waits here for the next frame. Where somebody never does, the collector takes it, as it would without this.
 */
import { assert } from '@naru/base'
import type { SharedMemory } from '@naru/storage'
import { RECEIVE_MEMORY_IDLE_BYTES_MAX, REUSED_FRAME_BYTES_MIN } from './limits.ts'

/** Lengths are rounded up to an eighth of the power of two below, so that at most so much of it is idle. */
const STEPS_PER_DOUBLING = 8
/** A little more than what is wanted will do. */
const STEPS_TRIED = 3

export interface ReceiveMemoryOptions {
  /** Only for tests: every frame comes here, and what nobody holds is overwritten, so that who looks at it is found out. */
  readonly spoils?: boolean
}

export class ReceiveMemory {
  /** Every frame is to be received here, however short, and wherever it has arrived. */
  readonly spoils: boolean
  readonly #idle = new Map<number, Buffer[]>()
  #idleBytes = 0

  constructor(options: ReceiveMemoryOptions = {}) {
    this.spoils = options.spoils ?? false
  }

  /** Bytes that wait for the next frame. */
  get idleBytes(): number {
    return this.#idleBytes
  }

  /** So many bytes, whatever they hold; the caller is the first to hold them when they can be used again. */
  take(byteLength: number): FrameMemory {
    if (byteLength < REUSED_FRAME_BYTES_MIN && !this.spoils)
      return { bytes: Buffer.allocUnsafeSlow(byteLength), shared: undefined }
    const step = stepOf(byteLength)
    const rounded = Math.ceil(byteLength / step) * step
    const whole = this.#takeIdle(rounded, step) ?? Buffer.allocUnsafeSlow(rounded)
    return {
      bytes: whole.subarray(0, byteLength),
      shared: new HeldMemory((spent) => this.#giveBack(spent), whole)
    }
  }

  #takeIdle(bytes: number, step: number): Buffer | undefined {
    for (let tried = 0; tried < STEPS_TRIED; tried++) {
      const found = this.#idle.get(bytes + tried * step)?.pop()
      if (found === undefined) continue
      this.#idleBytes -= found.byteLength
      return found
    }
    return undefined
  }

  #giveBack(whole: Buffer): void {
    if (this.spoils) whole.fill(0xdb)
    if (this.#idleBytes + whole.byteLength > RECEIVE_MEMORY_IDLE_BYTES_MAX) return this.#forgetAll()
    this.#idleBytes += whole.byteLength
    const others = this.#idle.get(whole.byteLength)
    if (others === undefined) this.#idle.set(whole.byteLength, [whole])
    else others.push(whole)
  }

  /** After a flood, or when frames have another length now: what waits is left to the collector. */
  #forgetAll(): void {
    this.#idle.clear()
    this.#idleBytes = 0
  }
}

export interface FrameMemory {
  readonly bytes: Buffer
  /** Undefined where the memory is left to the collector. */
  readonly shared: SharedMemory | undefined
}

class HeldMemory implements SharedMemory {
  readonly #giveBack: (whole: Buffer) => void
  readonly #whole: Buffer
  #holds = 1

  constructor(giveBack: (whole: Buffer) => void, whole: Buffer) {
    this.#giveBack = giveBack
    this.#whole = whole
  }

  hold(): void {
    assert(this.#holds > 0, 'memory that nobody holds is not there to be held')
    this.#holds++
  }

  release(): void {
    assert(this.#holds > 0, 'memory is released once by each who held it')
    this.#holds--
    if (this.#holds === 0) this.#giveBack(this.#whole)
  }
}

function stepOf(byteLength: number): number {
  return Math.max(1, 2 ** Math.floor(Math.log2(Math.max(1, byteLength)))) / STEPS_PER_DOUBLING
}
