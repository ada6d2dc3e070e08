/** Broker settings of transactions, with Kafka 4.2's names and defaults. */
import type { ConfigDefinition } from './definition.ts'

export const transactionDefinitions: readonly ConfigDefinition[] = [
  {
    name: 'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    type: 'int',
    defaultValue: '10000',
    scope: 'read-only',
    min: 1,
    documentation: 'Milliseconds between two looks for transactions that have taken too long.'
  },
  {
    name: 'transaction.max.timeout.ms',
    type: 'int',
    defaultValue: '900000',
    scope: 'read-only',
    min: 1,
    documentation: 'Longest time-out that a producer may ask for its transactions.'
  },
  {
    name: 'transaction.partition.verification.enable',
    type: 'boolean',
    defaultValue: 'true',
    scope: 'cluster-wide',
    documentation: 'Whether the first write of a transaction to a partition is checked with its coordinator.'
  },
  {
    name: 'transaction.remove.expired.transaction.cleanup.interval.ms',
    type: 'int',
    defaultValue: '3600000',
    scope: 'read-only',
    min: 1,
    documentation: 'Milliseconds between two looks for transactional ids that nobody uses.'
  },
  {
    name: 'transaction.state.log.num.partitions',
    type: 'int',
    defaultValue: '50',
    scope: 'read-only',
    min: 1,
    documentation: 'Partitions of __transaction_state.'
  },
  {
    name: 'transactional.id.expiration.ms',
    type: 'int',
    defaultValue: '604800000',
    scope: 'read-only',
    min: 1,
    documentation: 'Milliseconds after which a transactional id that nobody uses is forgotten.'
  }
]
