/** Every default of the client in one place, with units and reasons. */

/** For all calls of a client. */
export const CLIENT_DEFAULTS = {
  /** Where a broker listens unless somebody chose otherwise. */
  bootstrap: '127.0.0.1:9092',
  /** Name that brokers put into logs and metrics. */
  clientId: 'naru',
  /** A broker that does not take a connection in this time counts as unreachable. */
  connectTimeoutMs: 5_000,
  /** One call with all its retries. */
  requestTimeoutMs: 30_000,
  /** First pause before a retry; doubles up to the maximum. */
  retryBackoffMs: 50,
  retryBackoffMsMax: 1_000,
  /** Topics are looked up again after this time, so that new partitions are found (Kafka: metadata.max.age.ms is 5 min). */
  metadataAgeMsMax: 60_000
} as const

/** For producers. */
export const PRODUCER_DEFAULTS = {
  /** Every in-sync replica has it: on Naru, it is on the disk. */
  acks: 'all',
  compression: 'none',
  /** A retry after a cut connection makes no duplicate. */
  idempotent: true,
  /** Kafka takes 1,048,588 bytes per batch by default; half of it leaves room for headers and for memory. */
  batchBytesMax: 512 * 1024
} as const

/** For consumers. */
export const CONSUMER_DEFAULTS = {
  /** As Kafka's `auto.offset.reset`. */
  from: 'latest',
  isolation: 'read-uncommitted',
  commit: 'auto',
  /** How long a broker may hold a fetch that has nothing to give yet. */
  fetchWaitMs: 500,
  /** Bytes asked for in one fetch; a consumer holds at most two answers per broker. */
  fetchBytesMax: 8 * 1024 * 1024,
  partitionBytesMax: 1024 * 1024,
  /** As Kafka's consumer: gone from the group after this silence. */
  sessionTimeoutMs: 45_000,
  heartbeatMs: 3_000,
  /** How long a rebalance waits for a member. */
  rebalanceTimeoutMs: 60_000,
  /** Positions are committed at most this often, and when the consumer closes. */
  commitIntervalMs: 1_000
} as const

/** For readers in a group that work on many records at once. */
export const GROUP_READER_DEFAULTS = {
  /** A new group of services works on what is there already; nothing is skipped unless somebody asks for it. */
  from: 'earliest',
  isolation: 'read-uncommitted',
  fetchWaitMs: 500,
  fetchBytesMax: 8 * 1024 * 1024,
  partitionBytesMax: 1024 * 1024,
  sessionTimeoutMs: 45_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 60_000
} as const

/** For producers of transactions. */
export const TRANSACTION_DEFAULTS = {
  /** A producer that dies leaves its transaction open for this long, and its readers wait; Kafka's default is a minute. */
  transactionTimeoutMs: 10_000
} as const
