/** The settings that the group coordinator decides by; names and defaults are Kafka's, units stand in the names. */

export interface GroupSettings {
  /** `group.initial.rebalance.delay.ms`: how long an empty group waits for more members after the first. */
  readonly initialRebalanceDelayMs: number
  /** `group.min.session.timeout.ms` and `group.max.session.timeout.ms`. */
  readonly sessionTimeoutMsMin: number
  readonly sessionTimeoutMsMax: number
  /** `group.max.size`: members of one group. */
  readonly groupSizeMax: number
  /** `offset.metadata.max.bytes`; Kafka counts UTF-16 units. */
  readonly offsetMetadataLengthMax: number
  /** `offsets.retention.minutes` */
  readonly offsetsRetentionMs: number
  /** `offsets.retention.check.interval.ms` */
  readonly retentionCheckIntervalMs: number
  /** `max.message.bytes` of `__consumer_offsets`: the largest record that one group may need. */
  readonly recordBytesMax: number
}

export const DEFAULT_GROUP_SETTINGS: GroupSettings = {
  initialRebalanceDelayMs: 3000,
  sessionTimeoutMsMin: 6000,
  sessionTimeoutMsMax: 1_800_000,
  groupSizeMax: 2 ** 31 - 1,
  offsetMetadataLengthMax: 4096,
  offsetsRetentionMs: 7 * 24 * 3_600_000,
  retentionCheckIntervalMs: 600_000,
  recordBytesMax: 1_048_588
}
