/** What grows in the database of a service, and where it ends. */

/** Events that one transaction may publish; the next one is refused, since each key takes a lock until the commit. */
export const OUTBOX_EVENTS_PER_TRANSACTION_MAX = 5_000

/** Events that a relay takes, sends and deletes at once. */
export const RELAY_BATCH_MAX = 500

/** Keys are divided among so many lanes; a lane has one relay at a time. */
export const OUTBOX_LANES = 8

/** Marks of the inbox that one statement removes, so that it never holds the table for long. */
export const PRUNE_ROWS_MAX = 5_000

/** Characters of the reason that is kept beside an event that no broker takes. */
export const FAILURE_CHARACTERS_MAX = 1_000

/** Statements whose plans a connection keeps; further ones are planned each time, as texts made at run time should be. */
export const PREPARED_STATEMENTS_MAX = 200
