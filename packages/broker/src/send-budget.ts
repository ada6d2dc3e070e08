/** Bytes of answers that the operating system has not taken yet, over all connections. */
import { HeldBytes, type Holder } from './held-bytes.ts'

export class SendBudget {
  readonly #softMax: number
  readonly #held: HeldBytes

  constructor(limits: { readonly softMax: number; readonly hardMax: number }) {
    this.#softMax = limits.softMax
    this.#held = new HeldBytes(limits.hardMax)
  }

  get bytes(): number {
    return this.#held.bytes
  }

  /** What may still be handed to sockets; not below 0. */
  get available(): number {
    return Math.max(0, this.#softMax - this.#held.bytes)
  }

  /** A connection reports what it has unsent. */
  report(connection: Holder, bytes: number): void {
    this.#held.set(connection, bytes)
  }
}
