/**
 * Keeps the requests of a transactional producer in order while one of them waits for the coordinator: the one behind
 * it starts when it has handed its batches to the log. There are entries only while requests are under way.
 */
export class ProducerOrder {
  readonly #last = new Map<number, Promise<unknown>>()

  /** Runs a task after those of the same producer that were begun before; at once when there is none. */
  run<Result>(producerId: number, task: () => Result | Promise<Result>): Result | Promise<Result> {
    const before = this.#last.get(producerId)
    const result = before === undefined ? task() : before.then(task, task)
    if (!(result instanceof Promise)) return result
    this.#last.set(producerId, result)
    const forget = (): void => {
      if (this.#last.get(producerId) === result) this.#last.delete(producerId)
    }
    result.then(forget, forget)
    return result
  }
}
