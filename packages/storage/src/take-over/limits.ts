/** What a take-over reads and holds at a time. */

/** Bytes that are asked of Kafka's files at a time; a larger batch is read as a whole. */
export const takeOverReadBytes = 1024 * 1024

/** A batch that claims to be larger than this is damage, not a batch. */
export const takeOverBatchBytesMax = 1024 ** 3

/** Kafka's small text files: properties, checkpoints. */
export const takeOverTextBytesMax = 16 * 1024 * 1024

/** A snapshot of a partition's producers; 46 bytes of each. */
export const takeOverSnapshotBytesMax = 64 * 1024 * 1024
