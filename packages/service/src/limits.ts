/** What the SDK bounds, and what happens at the bound. */

/** Kafka takes 4,096 bytes of metadata with a commit by default; a partition starts no record that could exceed this. */
export const OFFSET_METADATA_BYTES_MAX = 3_584

/** Records between the lowest unfinished one and the newest; at the bound the partition starts nothing new. */
export const WINDOW_RECORDS_MAX = 1_000_000

/** Records of a partition that wait or run; at the bound its fetching pauses until half of them are done. */
export const PARTITION_RECORDS_MAX = 20_000

/** Bytes of a partition's records that wait or run; the same answer. */
export const PARTITION_BYTES_MAX = 32 * 1024 * 1024

/** Records that wait behind a failing key; at the bound the key moves to its retry topic at once. */
export const PARKED_RECORDS_MAX = 1_000

/** Bytes that wait behind a failing key; the same answer. */
export const PARKED_BYTES_MAX = 4 * 1024 * 1024

/** Handlers of one service that run at the same time, unless the service says otherwise; further records wait. */
export const CONCURRENCY_DEFAULT = 1_000

/** Records in one call of a batch handler at most. */
export const BATCH_RECORDS_MAX = 1_000

/** Events that wait for the broker in one process; at the bound `publish` waits for room. */
export const PUBLISH_EVENTS_MAX = 10_000

/** Bytes that wait for the broker in one process; the same answer. */
export const PUBLISH_BYTES_MAX = 64 * 1024 * 1024

/** Topics with a producer of their own; beyond that those that send nothing at the time begin anew later. */
export const PUBLISH_TOPICS_MAX = 1_000

/** Delayed events that one process holds timers for; at the bound reading on waits, and some may be late. */
export const SCHEDULED_EVENTS_MAX = 100_000

/**
 * Delayed events in memory before their topic is read to its end, since what was published already is told further on; at the bound
 * those that are due are published, and some of them a second time under their id.
 */
export const SCHEDULED_LOAD_MAX = 300_000

/** Requests of one process that wait for their reply; at the bound further ones are refused. */
export const REQUESTS_WAITING_MAX = 10_000

/** Characters of an error's message that travel in a header; the rest is cut off. */
export const ERROR_TEXT_CHARS_MAX = 1_000

/** Topics whose size limit is remembered; beyond that all are asked for again. */
export const RECORD_TOPICS_MAX = 1_000

/** Letters of a topic that are counted one by one; above that their offsets are, some of which may be markers. */
export const COUNTED_LETTERS_MAX = 100_000

/** Bytes that retry and dead letter topics take beyond their own topic's limit: origin and cause travel in headers. */
export const COMPANION_EXTRA_BYTES = 64 * 1024

/** Records that start in one turn of the event loop; then others have theirs. */
export const TURN_RECORDS_MAX = 1_000

/** Records that are taken in within one turn of the event loop; then others have theirs. */
export const ADD_RECORDS_MAX = 250

/** Records of one key that go to the retry topic in one step; the next step takes further ones. */
export const MOVE_RECORDS_MAX = 500

/** Dead letters that are put back in one step; what was put back is remembered after each. */
export const REDRIVE_BATCH_RECORDS = 500
