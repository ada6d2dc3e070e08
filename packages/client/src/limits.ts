/** What the client bounds, and what happens at the bound. */

/** Records in one batch; more go into the next one. A batch's record count is an int32, objects decide long before. */
export const BATCH_RECORDS_MAX = 10_000

/** Requests in flight on one connection; further ones wait in order. */
export const REQUESTS_IN_FLIGHT_MAX = 5

/** A consumer that closes gives its last commit this long; without it, records are delivered again. */
export const LAST_COMMIT_MS_MAX = 5_000
