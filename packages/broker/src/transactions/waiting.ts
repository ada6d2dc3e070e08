/** Requests that wait for the transaction of their id to end, each with the time at which it stops waiting. */
import { WAITING_PER_ID_MAX } from './limits.ts'
import type { TransactionStep } from './step.ts'

export interface WaitingRequest {
  readonly deadlineMs: number
  /** The transaction has ended. */
  readonly resume: (step: TransactionStep) => void
  readonly giveUp: (step: TransactionStep) => void
}

export class WaitingRequests {
  readonly #byId = new Map<string, WaitingRequest[]>()
  #wakeMs = Infinity

  /** Monotonic time before which none is due. */
  get wakeMs(): number {
    return this.#wakeMs
  }

  /** False when too many wait for this id. */
  add(transactionalId: string, request: WaitingRequest): boolean {
    const waiting = this.#byId.get(transactionalId) ?? []
    if (waiting.length >= WAITING_PER_ID_MAX) return false
    waiting.push(request)
    this.#byId.set(transactionalId, waiting)
    this.#wakeMs = Math.min(this.#wakeMs, request.deadlineMs)
    return true
  }

  resume(step: TransactionStep, transactionalId: string): void {
    const waiting = this.#byId.get(transactionalId) ?? []
    this.#byId.delete(transactionalId)
    for (const request of waiting) request.resume(step)
  }

  expire(step: TransactionStep): void {
    let next = Infinity
    for (const [transactionalId, waiting] of this.#byId) {
      const left = waiting.filter(({ deadlineMs }) => deadlineMs > step.now.monotonicMs)
      for (const request of waiting) if (!left.includes(request)) request.giveUp(step)
      if (left.length === 0) this.#byId.delete(transactionalId)
      else this.#byId.set(transactionalId, left)
      for (const { deadlineMs } of left) next = Math.min(next, deadlineMs)
    }
    this.#wakeMs = next
  }

  clear(): void {
    this.#byId.clear()
    this.#wakeMs = Infinity
  }
}
