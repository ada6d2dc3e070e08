/** Mistakes in transactions; most of them the simulation has to see, by nothing but what clients send and read. */
import type { Mistake } from './mistakes.ts'

export const transactionMistakes: readonly Mistake[] = [
  {
    name: 'transaction-torn',
    says: 'The first partition of a committed transaction is committed, the others are aborted.',
    changes: [
      {
        file: 'packages/broker/src/transactions/marker-writer.ts',
        find: 'batches.push(markerBatch(address, marker, clock.wallMs()))',
        instead: `const own = { ...marker, isCommit: marker.isCommit && batches.length === 0 }
          batches.push(markerBatch(address, own, clock.wallMs()))`
      }
    ]
  },
  {
    name: 'aborted-transactions-not-told',
    says: 'A reader of committed records is not told which of them belong to aborted transactions.',
    changes: [
      {
        file: 'packages/broker/src/handlers/01-fetch.ts',
        find: 'abortedTransactions: committed ? abortedTransactions : null,',
        instead: 'abortedTransactions: committed ? abortedTransactions.slice(1) : null,'
      }
    ]
  },
  {
    name: 'late-end-let-in',
    says: 'An EndTxn that comes late, with the epoch of the transaction before, ends the transaction that is open now.',
    changes: [
      {
        file: 'packages/broker/src/transactions/end.ts',
        find: 'return isCurrent ? end : fenced',
        instead: 'return isCurrent || isRetry ? end : fenced'
      }
    ]
  },
  {
    name: 'successor-does-not-fence',
    says: "A producer of version 1 whose id was taken over may still end the transaction, which is its successor's now.",
    changes: [
      {
        file: 'packages/broker/src/transactions/end.ts',
        find: 'if (transaction.producerEpoch !== command.producerEpoch) return fenced',
        instead: 'if (transaction.producerEpoch < command.producerEpoch) return fenced'
      }
    ],
    tests: ['packages/broker/src/transactions/machine.test.ts']
  },
  {
    name: 'transaction-never-times-out',
    says: 'Nobody ends a transaction whose producer is gone.',
    changes: [
      {
        file: 'packages/broker/src/transactions/machine.ts',
        find: `
      this.#fence(step, transactionalId, transaction)
    }`,
        instead: '\n    }'
      }
    ]
  },
  {
    name: 'aborted-offset-committed',
    says: 'Offsets that were committed in a transaction count, however it ended.',
    changes: [
      {
        file: 'packages/broker/src/groups/state.ts',
        find: 'if (!isCommit || (this.offsets',
        instead: 'if ((this.offsets'
      }
    ]
  }
]
