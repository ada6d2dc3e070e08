/** Requests that were taken and not answered yet, so that none is forgotten when their slot goes away. */
import type { ErrorCode } from '@naru/protocol'
import type { Settle } from './step.ts'

type Fail = (error: ErrorCode) => void

export class Tickets {
  readonly #open = new Set<Fail>()

  get size(): number {
    return this.#open.size
  }

  /**
   * Gives `begin` a place for the answer. When it was used by the time that `begin` returns, the answer is given
   * as it is, otherwise as a promise.
   */
  take<Result>(
    begin: (settle: Settle<Result>) => void,
    failed: (error: ErrorCode) => Result
  ): Result | Promise<Result> {
    let settled = false
    let answer: Result | undefined
    let resolve: Settle<Result> | undefined
    const settle = (result: Result): void => {
      if (settled) return
      settled = true
      answer = result
      this.#open.delete(fail)
      resolve?.(result)
    }
    const fail = (error: ErrorCode): void => settle(failed(error))
    this.#open.add(fail)
    begin(settle)
    if (settled) return answer as Result
    return new Promise((fulfil) => (resolve = fulfil))
  }

  failAll(error: ErrorCode): void {
    for (const fail of this.#open) fail(error)
  }
}
