/** A setting as DescribeConfigs shows it: the value in force, where it comes from, and what lies underneath. */
import type { BrokerConfig } from './broker-config.ts'
import { ConfigSource, type ConfigSynonym } from './config-source.ts'
import type { ConfigDefinition, ConfigType } from './definition.ts'
import { brokerDefinitions } from './broker-definitions.ts'
import { groupDefinitions } from './group-definitions.ts'
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
  return [...topicDefinitions.values()].map((definition) => {
    const chain = own(definition, overrides, ConfigSource.topic)
    if (definition.brokerSynonym === undefined) chain.push(defaultOf(definition))
    else chain.push(...topicDefaults(config, definition))
    return entry(definition, chain, false)
  })
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

function own({ name }: ConfigDefinition, overrides: Overrides, source: ConfigSource): ConfigSynonym[] {
  const value = overrides?.get(name)
  return value === undefined ? [] : [{ name, value, source }]
}

function defaultOf({ name, defaultValue }: ConfigDefinition): ConfigSynonym {
  return { name, value: defaultValue, source: ConfigSource.default }
}

/** The broker's layers, with the value that a topic really gets in front (hours count as milliseconds). */
function topicDefaults(config: BrokerConfig, definition: ConfigDefinition): ConfigSynonym[] {
  const layers = config.layers(definition.brokerSynonym ?? '').filter(({ value }) => value !== null)
  const inForce = config.topicValue(undefined, definition.name)
  const first = layers[0]
  if (first !== undefined && first.value === inForce) return layers
  return [{ name: definition.name, value: inForce, source: first?.source ?? ConfigSource.default }, ...layers]
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
