/** Loads the code of transactions once; a broker that has none does without it. */
import type { BrokerContext } from '../context.ts'
import type * as Transactions from './index.ts'
import type { TransactionService } from './service.ts'

let loaded: typeof Transactions | undefined

/** Resolves when `withTransactions` will call at once; for simulations, in which nothing may depend on the real disk. */
export async function loadTransactions(): Promise<void> {
  loaded ??= await import('./index.ts')
}

/** Calls with the code of transactions, at once when it has been loaded. */
export function withTransactions(
  call: (transactions: typeof Transactions) => void,
  failed: (error: unknown) => void
): void {
  if (loaded !== undefined) return call(loaded)
  loadTransactions()
    .then(() => withTransactions(call, failed))
    .catch(failed)
}

/** The service of this broker, for code that is loaded although there may be no transactions. */
export function lazyTransactionsOf(broker: BrokerContext): Promise<TransactionService> {
  return new Promise((resolve, reject) => {
    withTransactions(({ transactionsOf }) => resolve(transactionsOf(broker)), reject)
  })
}
