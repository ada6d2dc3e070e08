/** What a history must not show, by name. */

export const ANOMALIES = [
  /** Acknowledged or seen, a later offset was read at the end, this one is not there. */
  'lost-write',
  /** Acknowledged, and at the end beyond everything that can be read. */
  'unseen',
  /** Two values at one offset. */
  'inconsistent-offsets',
  /** One value at two offsets. */
  'duplicate',
  /** A producer's values stand in another order than it sent them one after another. */
  'reordered',
  /** A write that was refused, or whose transaction was aborted, is visible. */
  'aborted-read',
  /** Some values of a committed transaction are there, others are not. */
  'torn-transaction',
  /** A group's offset is one that it had left behind, or never committed. */
  'committed-offset-regression',
  /** Offsets are missing that no marker, deletion or compaction explains. */
  'offset-gap-not-marker',
  /** Bytes that are no payload, that belong to another partition, or that nobody sent. */
  'wrong-topic-bytes',
  /** The log begins beyond what was asked to be deleted and beyond what has expired. */
  'unexpired-data-deleted',
  /** The last value of a key of a compacted topic is gone. */
  'last-value-of-key-lost',
  /** The end of a log lies before an end that was told earlier. */
  'high-watermark-regression'
] as const

export type AnomalyName = (typeof ANOMALIES)[number]

export interface Anomaly {
  readonly name: AnomalyName
  /** Topic and partition, or group. */
  readonly where: string
  readonly detail: string
}
