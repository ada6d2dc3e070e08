/** Every default of a service in one place, with units and reasons. */
import { CONCURRENCY_DEFAULT } from './limits.ts'

export const RETRY_DEFAULTS = {
  /** Tries in all; with the pauses below the last one comes after about ten minutes. */
  attempts: 20,
  backoffMs: 100,
  backoffMsMax: 60_000,
  /** Short trouble (a restart of the database) is sat out; what lasts longer makes room in the partition. */
  parkMs: 30_000
} as const

export const SERVICE_DEFAULTS = {
  /** One try of a handler. */
  deadlineMs: 30_000,
  /** A stop waits this long for running handlers; supervisors kill after 10 s, as a rule. */
  stopMs: 8_000,
  /** A rebalance waits this long for the handlers of partitions that go away. */
  drainMs: 10_000,
  /** After a crash at most this much work is redone. */
  commitMs: 100,
  concurrency: CONCURRENCY_DEFAULT,
  /** Topics carry several types; a service takes those that it knows. */
  onUnknownType: 'skip',
  /** Versions of one name are compatible: the schema decides. */
  onUnknownVersion: 'handle',
  exactlyOnce: false,
  /** A process that dies leaves its transaction open for this long, and its readers wait. */
  transactionTimeoutMs: 10_000,
  contracts: true,
  /** Topics that are missing are created. */
  createTopics: true,
  from: 'earliest',
  sessionTimeoutMs: 10_000,
  heartbeatMs: 1_000,
  rebalanceTimeoutMs: 30_000,
  /** The broker may be away this long when a service starts. */
  startMs: 30_000
} as const
