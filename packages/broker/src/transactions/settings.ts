/** The settings that the transaction coordinator decides by; names and defaults are Kafka's, units stand in the names. */

export interface TransactionSettings {
  /** `transaction.max.timeout.ms`: the longest that a producer may ask for. */
  readonly timeoutMsMax: number
  /** `transactional.id.expiration.ms`: an id that was not used for so long is forgotten. */
  readonly idExpirationMs: number
  /** `transaction.abort.timed.out.transaction.cleanup.interval.ms` */
  readonly abortCheckIntervalMs: number
  /** `transaction.remove.expired.transaction.cleanup.interval.ms` */
  readonly expirationCheckIntervalMs: number
}

export const DEFAULT_TRANSACTION_SETTINGS: TransactionSettings = {
  timeoutMsMax: 900_000,
  idExpirationMs: 7 * 24 * 3_600_000,
  abortCheckIntervalMs: 10_000,
  expirationCheckIntervalMs: 3_600_000
}
