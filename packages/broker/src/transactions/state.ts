/**
 * What a slot of `__transaction_state` adds up to. It changes by `apply` only, so that the same records give the same
 * state after a restart, in a simulation and on another broker.
 */
import type { Transaction } from './transaction.ts'

/** A fact in the log of a slot; a null value is a tombstone. */
export interface TransactionRecord {
  readonly transactionalId: string
  readonly value: Transaction | null
}

export class TransactionSlotState {
  readonly transactions = new Map<string, Transaction>()

  apply({ transactionalId, value }: TransactionRecord): void {
    if (value === null) this.transactions.delete(transactionalId)
    else this.transactions.set(transactionalId, value)
  }

  /** Records that a snapshot of this state would hold. */
  get size(): number {
    return this.transactions.size
  }
}
