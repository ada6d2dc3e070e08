// Producing in transactions: each one is begun when the one before has been committed, so that what a coordinator waits
// for shows.
import { runLoad } from '../load-program.ts'
import { loadMode, type Group, type Workload } from './workload.ts'

const recordBytes = 1_024
/** A rate is as good after some seconds as after a gigabyte. */
const secondsMax = 10

export const transactionWorkloads: readonly Workload[] = [100, 1_000].flatMap((perTransaction) =>
  [1, 4].map((producers) => ({
    name: `transactions-${perTransaction}${producers === 1 ? '' : `-${producers}-producers`}`,
    what: `real client: records of 1 KB, ${perTransaction} in each transaction, 4 partitions, ${producers === 1 ? 'one producer' : `${producers} producers`}`,
    group: 'transactions',
    systems: ['naru', 'naru-os', 'naru-memory', 'kafka', 'kafka-flush1', 'peer'],
    parameters: {
      'per-transaction': perTransaction,
      producers,
      size: recordBytes,
      bytes: 1_000_000_000,
      'seconds-max': secondsMax
    },
    figure: { name: 'recordsPerSecond', unit: 'records/s', better: 'higher' as const },
    beside: ['transactionsPerSecond', 'transactionP50Ms', 'transactionP99Ms'],
    run: loadMode(runLoad, 'transactions')
  }))
)

export const transactionGroups: readonly Group[] = [{ name: 'transactions', warmUpBytes: 200_000_000 }]
