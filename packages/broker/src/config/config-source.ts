/** Where the value of a setting comes from. */

/** Kafka's ConfigSource codes. */
export const ConfigSource = {
  topic: 1,
  broker: 2,
  clusterWide: 3,
  atStart: 4,
  default: 5,
  group: 8
} as const
export type ConfigSource = (typeof ConfigSource)[keyof typeof ConfigSource]

/** One layer of a setting. */
export interface ConfigSynonym {
  readonly name: string
  readonly value: string | null
  readonly source: number
}
