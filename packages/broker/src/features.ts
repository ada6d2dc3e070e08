/**
 * Feature levels (KIP-584) that clients are told. A feature is listed when its APIs work: the versions of
 * consumer groups (KIP-848), share groups and streams groups follow with their APIs. Levels are those of this
 * release and do not change at runtime.
 */

export interface Feature {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  /** The finalized level: what this broker does. */
  readonly level: number
}

export const FEATURES: readonly Feature[] = [
  // 3.3-IV3, the oldest that Kafka 4 knows, up to that of 4.2.
  { name: 'metadata.version', minVersion: 7, maxVersion: 29, level: 29 },
  // 2: each end of a transaction raises the producer's epoch (KIP-890).
  { name: 'transaction.version', minVersion: 0, maxVersion: 2, level: 2 }
]
