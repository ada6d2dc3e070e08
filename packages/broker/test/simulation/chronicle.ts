/** The history as it is being written, and when each client last had something done. */
import type { Operation } from '@naru/simulator'

/** Operations that take time and may be found by others before they have ended. */
type EndedOperation = Extract<Operation, { readonly kind: 'send' | 'trim' | 'commit' | 'transaction-end' }>

export class Chronicle {
  readonly operations: Operation[] = []
  readonly #lastSuccessMs = new Map<string, number>()
  readonly #open = new Set<EndedOperation>()

  add(operation: Operation): void {
    this.operations.push(operation)
    if (operation.kind === 'heal' || ('outcome' in operation && operation.outcome !== 'ok')) return
    this.#lastSuccessMs.set(operation.client, operation.completedMs)
  }

  /** What is under way has to be known, too, should the run end before it does: anything may have come of it. */
  begin<T extends EndedOperation>(operation: T): T {
    this.#open.add(operation)
    return operation
  }

  /** Replaces what was begun by how it ended. */
  end<T extends EndedOperation>(begun: T, how: Partial<T>): void {
    this.#open.delete(begun)
    this.add({ ...begun, ...how })
  }

  /** Nothing that is under way will end any more. */
  close(nowMs: number): void {
    for (const operation of this.#open) this.add({ ...operation, completedMs: nowMs })
    this.#open.clear()
  }

  get length(): number {
    return this.operations.length
  }

  hasSucceededSince(client: string, atMs: number): boolean {
    return (this.#lastSuccessMs.get(client) ?? -1) >= atMs
  }
}
