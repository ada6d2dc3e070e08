/** The history as it is being written, and when each client last had something done. */
import type { Operation } from '@naru/simulator'

export class Chronicle {
  readonly operations: Operation[] = []
  readonly #lastSuccessMs = new Map<string, number>()

  add(operation: Operation): void {
    this.operations.push(operation)
    if (operation.kind === 'heal' || ('outcome' in operation && operation.outcome !== 'ok')) return
    this.#lastSuccessMs.set(operation.client, operation.completedMs)
  }

  get length(): number {
    return this.operations.length
  }

  hasSucceededSince(client: string, atMs: number): boolean {
    return (this.#lastSuccessMs.get(client) ?? -1) >= atMs
  }
}
