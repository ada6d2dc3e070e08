/** Bytes of answers that the operating system has not taken yet, over all connections. */
export class SendBudget {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** What may still be handed to sockets; not below 0. */
  get available(): number {
    return Math.max(0, this.#bytesMax - this.#bytes)
  }

  /** A connection reports by how much its unsent bytes changed. */
  change(delta: number): void {
    this.#bytes += delta
  }
}
