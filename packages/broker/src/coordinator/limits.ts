/** Every bound that the coordinators share, with its unit and what happens when it is reached. */

/** Records that one batch of a coordinator's topic may hold; more go into a further one of the same append. */
export const BATCH_RECORDS_MAX = 10_000
/** Bytes after which a batch of a coordinator's topic takes no further record; a further batch is begun. */
export const BATCH_BYTES_SOFT_MAX = 512 * 1024
/** Records of a slot after which its snapshot is renewed, when the state itself is not larger. */
export const SNAPSHOT_RECORDS_MIN = 10_000
/** Bytes of records of a slot after which its snapshot is renewed. */
export const SNAPSHOT_RECORD_BYTES_MIN = 16 * 1024 ** 2
/** Bytes that a load asks of the log at a time; other work runs in between. */
export const LOAD_READ_BYTES = 512 * 1024
/** Slots that are loaded at once after a start. */
export const LOADS_AT_ONCE_MAX = 4
/** Milliseconds that a request waits for its slot to load before it is told COORDINATOR_LOAD_IN_PROGRESS. */
export const LOAD_WAIT_MS_MAX = 1000
/** Milliseconds after which a slot that could not be loaded is tried again; until then COORDINATOR_NOT_AVAILABLE. */
export const LOAD_RETRY_MS = 5000
