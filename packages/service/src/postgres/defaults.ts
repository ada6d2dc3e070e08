/** Defaults of a store, with units and reasons. */
export const STORE_DEFAULTS = {
  /** Connections of one process, beside the relay's two. PostgreSQL takes 100 unless it is told otherwise. */
  connectionsMax: 10,
  /** How long `open` waits for a database that does not answer yet. */
  connectMs: 30_000,
  /** A statement that takes longer is given up, and its connection with it. */
  statementMs: 30_000,
  /** Plans are kept per connection; off for a pooler that hands connections over between transactions and forgets them. */
  prepare: true,
  /** How often the relay looks by itself; what this process writes it sends at once. */
  pollMs: 500,
  /** How long the inbox remembers an event: longer than it can come again by any redelivery or redrive. */
  inboxKeepMs: 7 * 24 * 60 * 60 * 1000,
  pruneEveryMs: 60_000
} as const
