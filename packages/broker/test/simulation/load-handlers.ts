/** Handlers load on first use, which is I/O and so has no place in a simulation: they are loaded before. */
import { loadGroups } from '../../src/groups/lazy-groups.ts'
import { handlerTable } from '../../src/handlers/index.ts'
import { loadTransactions } from '../../src/transactions/lazy-transactions.ts'

let loaded: Promise<unknown> | undefined

export function loadHandlers(): Promise<unknown> {
  loaded ??= Promise.all([
    loadGroups(),
    loadTransactions(),
    ...[...handlerTable.values()].map((entry) => entry.load())
  ])
  return loaded
}
