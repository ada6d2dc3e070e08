/** Reading and changing configs of topics and brokers. */
import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka'
import { brokerError } from '../errors.ts'
import type { CallOptions, Wire } from '../wire/wire.ts'
import type { ChangeOptions } from './topics.ts'

/** A topic, or a broker by its node id; the broker '' stands for what all brokers share. */
export interface ConfigResource {
  readonly type: 'topic' | 'broker'
  readonly name: string
}

/** Where a value comes from; everything but `default` was set by somebody. */
export type ConfigSource = 'topic' | 'broker' | 'cluster' | 'file' | 'default' | 'other'

export interface ConfigEntry {
  readonly name: string
  /** Null when the broker keeps it to itself. */
  readonly value: string | null
  readonly source: ConfigSource
  readonly readOnly: boolean
  readonly sensitive: boolean
}

export interface ConfigChange {
  readonly set?: Readonly<Record<string, string>> | undefined
  /** Back to the default. */
  readonly unset?: readonly string[] | undefined
}

const SOURCES: Readonly<Record<number, ConfigSource>> = {
  1: 'topic',
  2: 'broker',
  3: 'cluster',
  4: 'file',
  5: 'default'
}

export class ConfigAdmin {
  readonly #wire: Wire

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** All configs of a resource with their defaults, sorted by name. Throws when there is no such resource. */
  async describeConfigs(
    resource: ConfigResource,
    options: CallOptions = {}
  ): Promise<readonly ConfigEntry[]> {
    const response = await this.#wire.call(
      { kind: 'any' },
      'DescribeConfigs',
      [[wireResource(resource)], false, false],
      options
    )
    const [result] = response.results
    const error = brokerError(result?.errorCode ?? 0, result?.errorMessage, subject(resource))
    if (error !== undefined) throw error
    const entries = (result?.configs ?? []).map(({ name, value, configSource, readOnly, isSensitive }) => ({
      name,
      value: value ?? null,
      source: SOURCES[configSource] ?? 'other',
      readOnly,
      sensitive: isSensitive
    }))
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Changes the named configs and leaves the others alone (KIP-339). Throws with the broker's reason. */
  async alterConfigs(
    resource: ConfigResource,
    change: ConfigChange,
    options: ChangeOptions = {}
  ): Promise<void> {
    const set = Object.entries(change.set ?? {}).map(([name, value]) => ({
      name,
      value,
      configOperation: IncrementalAlterConfigOperationTypes.SET
    }))
    const unset = (change.unset ?? []).map((name) => ({
      name,
      configOperation: IncrementalAlterConfigOperationTypes.DELETE
    }))
    const response = await this.#wire.call(
      { kind: 'any' },
      'IncrementalAlterConfigs',
      [[{ ...wireResource(resource), configs: [...set, ...unset] }], options.validateOnly ?? false],
      options
    )
    const [result] = response.responses
    const error = brokerError(result?.errorCode ?? 0, result?.errorMessage, subject(resource))
    if (error !== undefined) throw error
  }
}

type WireResourceType = typeof ConfigResourceTypes.TOPIC | typeof ConfigResourceTypes.BROKER

function wireResource({ type, name }: ConfigResource): {
  readonly resourceType: WireResourceType
  readonly resourceName: string
} {
  return {
    resourceType: type === 'topic' ? ConfigResourceTypes.TOPIC : ConfigResourceTypes.BROKER,
    resourceName: name
  }
}

function subject({ type, name }: ConfigResource): { readonly topic?: string } {
  return type === 'topic' ? { topic: name } : {}
}
