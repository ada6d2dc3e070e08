/**
 * Keeps the produce requests of a connection in their order while batches are opened off the loop: a request
 * appends when its own batches are ready and every earlier one has appended. Without compressed batches nobody waits.
 */
export class ProduceTurns {
  /** What the next request of a connection has to wait for; never rejects. */
  readonly #last = new WeakMap<object, Promise<void>>()

  /**
   * Settles when it is the request's turn; undefined when that is now. Rejects when `ready` does: such a request has no
   * turn, and those behind it go on.
   */
  enter(connection: object, ready: Promise<unknown> | undefined): Promise<void> | undefined {
    const before = this.#last.get(connection)
    if (before === undefined && ready === undefined) return undefined
    const turn = Promise.all([before, ready]).then(() => undefined)
    const isOver = (): void => {
      if (this.#last.get(connection) === over) this.#last.delete(connection)
    }
    const over = Promise.allSettled([before, ready]).then(isOver)
    this.#last.set(connection, over)
    return turn
  }
}
