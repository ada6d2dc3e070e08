// Producing in transactions: each one is begun when the one before has been committed, so that what a coordinator waits
// for shows.
import { runLoad } from '../load-program.ts'
import { loadMode, type Group, type Workload } from './workload.ts'

/** A rate is as good after some seconds as after a gigabyte. */
const secondsMax = 8

export const transactionWorkloads: readonly Workload[] = [100, 1_000].map((perTransaction) => ({
  name: `transactions-${perTransaction}`,
  what: `real client: records of 1 KB, ${perTransaction} in each transaction, 4 partitions, one producer`,
  group: 'transactions',
  systems: ['naru', 'naru-os', 'naru-memory', 'kafka', 'kafka-flush1', 'peer'],
  parameters: {
    'per-transaction': perTransaction,
    size: 1_024,
    bytes: 1_000_000_000,
    'seconds-max': secondsMax
  },
  figure: { name: 'recordsPerSecond', unit: 'records/s', better: 'higher' },
  beside: ['transactionsPerSecond', 'transactionP50Ms', 'transactionP99Ms'],
  run: loadMode(runLoad, 'transactions')
}))

export const transactionGroups: readonly Group[] = [{ name: 'transactions', warmUpBytes: 200_000_000 }]
