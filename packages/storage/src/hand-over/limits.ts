/** What a hand-over reads and writes at a time. */

/** Bytes that are asked of the log at a time. */
export const handOverReadBytes = 1024 * 1024

/** Kafka's indexes hold offsets as 32-bit distances from the base offset of their segment. */
export const segmentOffsetsMax = 2 ** 31 - 1
