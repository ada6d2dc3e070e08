/** One row of a config table: what Kafka 4.2 calls it, its type and default, and what may change while running. */

export type ConfigType =
  | 'boolean'
  | 'class'
  | 'double'
  | 'int'
  | 'list'
  | 'long'
  | 'password'
  | 'short'
  | 'string'

/** Whether and for whom a value can be changed on the running broker (KIP-226). */
export type ConfigScope = 'read-only' | 'per-broker' | 'cluster-wide'

export interface ConfigDefinition {
  readonly name: string
  readonly type: ConfigType
  /** As text, as DescribeConfigs gives it; null when there is none. */
  readonly defaultValue: string | null
  readonly scope: ConfigScope
  /** Of a topic config: the broker config that gives its default. */
  readonly brokerSynonym?: string
  /** Allowed numbers, both ends included. */
  readonly min?: number
  readonly max?: number
  /** A number in between that is not allowed. */
  readonly not?: number
  /** Allowed values; of a list, of its items. */
  readonly oneOf?: readonly string[]
  /** What a value, or each item of a list, has to look like. */
  readonly pattern?: RegExp
  /** Set when the setting is accepted and listed, and changes nothing on this broker. */
  readonly inert?: boolean
  /** One sentence of our own; says so when the setting is accepted and means nothing here. */
  readonly documentation: string
}

/** Documentation of what is accepted and listed, so that tools and property files work, and changes nothing. */
export const NO_EFFECT = 'Accepted for compatibility; it has no effect on this broker.'
