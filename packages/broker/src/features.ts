/**
 * Feature levels (KIP-584) that clients are told. A feature is listed when its APIs work: the versions of
 * transactions, consumer groups (KIP-848), share groups and streams groups follow with their APIs.
 */

/** Levels of Kafka's `metadata.version`: 3.3-IV3, the oldest that Kafka 4 knows, and that of 4.2. */
export const METADATA_VERSION = { min: 7, max: 29 } as const
