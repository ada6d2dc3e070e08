/** Every bound of the transaction coordinator in one place, with its unit and what happens when it is reached. */

/** Transactional ids that one broker keeps; a further one is refused with POLICY_VIOLATION until others expire. */
export const TRANSACTIONAL_IDS_MAX = 200_000
/** Partitions of one transaction; adding more is refused with POLICY_VIOLATION, and the producer aborts. */
export const TRANSACTION_PARTITIONS_MAX = 20_000
/** UTF-8 bytes of a transactional id, which stands in a record; a longer one is INVALID_REQUEST. */
export const TRANSACTIONAL_ID_BYTES_MAX = 0x7fff
/** Producer epochs end here; the last is kept for fencing and never given to a producer (as in Kafka). */
export const PRODUCER_EPOCH_MAX = 0x7fff
/** Requests of one transactional id that wait for its transaction to end; further ones are CONCURRENT_TRANSACTIONS. */
export const WAITING_PER_ID_MAX = 64
/**
 * Milliseconds that a write waits for the producer's last transaction to end before it is CONCURRENT_TRANSACTIONS
 * (`add.partitions.to.txn.retry.backoff.max.ms` of Kafka).
 */
export const END_WAIT_MS_MAX = 100
/** Milliseconds after which markers that the log did not take are written again. */
export const MARKER_RETRY_MS = 500
/** Characters of the pattern of ListTransactions; a longer one is INVALID_REGULAR_EXPRESSION. */
export const PATTERN_LENGTH_MAX = 1000
