/** A setting as DescribeConfigs shows it: the value in force, where it comes from, and what lies underneath. */
import type { BrokerConfig } from './broker-config.ts'
import { ConfigSource, type ConfigSynonym } from './config-source.ts'
import type { ConfigDefinition, ConfigType } from './definition.ts'
import { brokerDefinitions } from './broker-definitions.ts'
import { groupDefinitions } from './group-definitions.ts'
import { shownValue } from './shown-value.ts'
import { topicDefinitions } from './topic-definitions.ts'

/** Kafka's ConfigType codes. */
const typeCodes: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9
}

export interface ConfigEntry {
  readonly name: string
  readonly value: string | null
  readonly readOnly: boolean
  readonly configSource: number
  readonly isSensitive: boolean
  /** From the value in force down to the default. */
  readonly synonyms: readonly ConfigSynonym[]
  readonly configType: number
  readonly documentation: string | null
}

export type Overrides = ReadonlyMap<string, string> | undefined

/** Every setting of a topic. */
export function topicEntries(config: BrokerConfig, overrides: Overrides): ConfigEntry[] {
  return [...topicDefinitions.values()].map((definition) => topicEntry(config, definition, overrides))
}

/** Every setting of this broker. */
export function brokerEntries(config: BrokerConfig): ConfigEntry[] {
  return [...brokerDefinitions.values()].map((definition) =>
    entry(definition, config.layers(definition.name), definition.scope === 'read-only')
  )
}

/** The dynamic settings that all brokers share; those that are not set are left out, as on Apache Kafka. */
export function clusterWideEntries(overrides: Overrides): ConfigEntry[] {
  const set = [...brokerDefinitions.values()].filter(({ name }) => overrides?.has(name) === true)
  return set.map((definition) =>
    entry(definition, own(definition, overrides, ConfigSource.clusterWide), false)
  )
}

export function groupEntries(overrides: Overrides): ConfigEntry[] {
  return [...groupDefinitions.values()].map((definition) => {
    const chain = own(definition, overrides, ConfigSource.group)
    return entry(definition, [...chain, defaultOf(definition)], false)
  })
}

function own(definition: ConfigDefinition, overrides: Overrides, source: ConfigSource): ConfigSynonym[] {
  const { name } = definition
  const value = overrides?.get(name)
  return value === undefined ? [] : [{ name, value: shownValue(definition, value), source }]
}

function defaultOf({ name, defaultValue }: ConfigDefinition): ConfigSynonym {
  return { name, value: defaultValue, source: ConfigSource.default }
}

/**
 * Kafka lists as synonyms what is set under the topic's own name and what the broker's setting of the same meaning
 * has; a default that comes from a coarser unit (hours), or that no broker setting stands for, is in force without
 * being listed.
 */
function topicEntry(config: BrokerConfig, definition: ConfigDefinition, overrides: Overrides): ConfigEntry {
  const { brokerSynonym } = definition
  const layers = brokerSynonym === undefined ? [] : config.layers(brokerSynonym)
  const listed = [
    ...own(definition, overrides, ConfigSource.topic),
    ...layers.filter(({ value }) => value !== null)
  ]
  if (listed.length > 0) return entry(definition, listed, false)
  const value = config.topicValue(undefined, definition.name)
  const source = value === definition.defaultValue ? ConfigSource.default : ConfigSource.atStart
  return { ...entry(definition, [{ name: definition.name, value, source }], false), synonyms: [] }
}

function entry(
  definition: ConfigDefinition,
  chain: readonly ConfigSynonym[],
  readOnly: boolean
): ConfigEntry {
  const isSensitive = definition.type === 'password'
  const shown = isSensitive ? chain.map((layer) => ({ ...layer, value: null })) : chain
  return {
    name: definition.name,
    value: shown[0]?.value ?? null,
    readOnly,
    configSource: shown[0]?.source ?? ConfigSource.default,
    isSensitive,
    synonyms: shown,
    configType: typeCodes[definition.type],
    documentation: definition.documentation
  }
}
