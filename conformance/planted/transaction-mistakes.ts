/** Mistakes in transactions; most of them the simulation has to see, by nothing but what clients send and read. */
import type { Mistake } from './mistake.ts'

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
  },
  {
    name: 'stable-offset-too-high',
    says: 'A transaction whose marker is on its way to the disk no longer holds the last stable offset back.',
    changes: [
      {
        file: 'packages/storage/src/partition/transactions.ts',
        find: 'return Math.min(this.#firstOpen() ?? Number.POSITIVE_INFINITY, this.#endingFrom)',
        instead: 'return this.#firstOpen() ?? Number.POSITIVE_INFINITY'
      }
    ],
    tests: ['packages/storage/src/local/local-storage.test.ts']
  },
  {
    name: 'aborted-transaction-forgotten',
    says: 'A start forgets the aborted transactions of the checkpoint, whose markers are not in segments yet.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-memory.ts',
        find: 'log.transactions.restoreAborted(noted.aborted ?? [])',
        instead: ''
      }
    ],
    tests: [
      'packages/storage/test/transactions-crash.test.ts',
      'packages/storage/test/transactions-model.test.ts'
    ]
  },
  {
    name: 'open-transaction-forgotten',
    says: 'A start takes producers up, but not the transactions that they have open.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-memory.ts',
        find: 'log.transactions.open(producerId, transactionFirstOffset)',
        instead: ''
      }
    ],
    tests: ['packages/storage/src/local/local-storage.test.ts']
  },
  {
    name: 'fenced-epoch-let-in',
    says: 'An older epoch of a producer may go on writing after a newer one has begun.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-state.ts',
        find: 'if (entry !== undefined && header.producerEpoch < entry.epoch) return FENCED',
        instead: 'if (entry !== undefined && header.producerEpoch < 0) return FENCED'
      }
    ],
    tests: ['packages/storage/src/local/local-storage.test.ts']
  },
  {
    name: 'aborted-index-not-rebuilt',
    says: 'A transaction index that is built anew holds nothing of what lies in the segment.',
    changes: [
      {
        file: 'packages/storage/src/segments/transaction-rebuild.ts',
        find: 'built.append(entry)',
        instead: ''
      }
    ],
    tests: ['packages/storage/src/segments/transaction-index.test.ts']
  },
  {
    name: 'epoch-not-raised',
    says: 'The end of a transaction leaves the epoch of its producer as it is, so that late requests pass for new ones.',
    changes: [
      {
        file: 'packages/broker/src/transactions/end.ts',
        find: 'producerEpoch: Math.min(transaction.producerEpoch + 1, PRODUCER_EPOCH_MAX),',
        instead: 'producerEpoch: Math.min(transaction.producerEpoch, PRODUCER_EPOCH_MAX),'
      }
    ],
    tests: [
      'packages/broker/src/transactions/machine.test.ts',
      'packages/broker/test/transactions/transaction.test.ts'
    ]
  },
  {
    name: 'marker-lost',
    says: 'A transaction counts as ended although only the first of its partitions got a marker.',
    changes: [
      {
        file: 'packages/broker/src/transactions/marker-writer.ts',
        find: 'const appended = batches.length === 0 ? [] : await storage.log.append(batches)',
        instead: `const one = batches.length === 0 ? [] : await storage.log.append(batches.slice(0, 1))
    const appended = batches.map(() => one[0])`
      }
    ],
    tests: ['packages/broker/test/transactions/transaction.test.ts']
  }
]
