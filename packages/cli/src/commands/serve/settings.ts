/**
 * What `naru serve` was asked to do, put together from flags, `-X`, environment, file and defaults, in this order
 * of precedence. Kafka's properties for listeners and folders are our flags by another name.
 */
import type { Address } from '@naru/base'
import { nearestName } from '@naru/client/options'
import type { Messages } from '../../i18n/messages.ts'
import { parseListenAddress } from '../../values/address.ts'
import { brokerListener } from './listener-properties.ts'

export const DURABILITIES = ['fsync', 'os', 'memory'] as const
export type Durability = (typeof DURABILITIES)[number]

/** As the flags and the environment gave them; undefined where nobody said anything. */
export interface GivenSettings {
  readonly listen?: string | undefined
  readonly advertise?: string | undefined
  readonly data?: string | undefined
  readonly durability?: string | undefined
  readonly metrics?: string | undefined
}

export interface SettingSources {
  readonly flags: GivenSettings
  /** From `-X name=value`. */
  readonly overrides: ReadonlyMap<string, string>
  readonly environment: GivenSettings
  /** From the file, if there is one. */
  readonly file: ReadonlyMap<string, string>
}

/** A row of the broker's table of configs, as far as it matters here. */
export interface KnownProperty {
  /** What is wrong with a value, or undefined. */
  problem(value: string): string | undefined
  /** Kafka knows it, and it changes nothing here. */
  readonly inert: boolean
}

export interface ServeSettings {
  readonly listen: Address
  readonly advertise: Address | undefined
  readonly data: string
  readonly durability: Durability
  readonly metrics: Address | undefined
  readonly nodeId: number
  /** Broker configs by Kafka's names. */
  readonly properties: Readonly<Record<string, string>>
  /** Names that were given and mean nothing here. */
  readonly inert: readonly string[]
}

/** The settings, or sentences that say what is wrong with them. */
export type SettingsResult =
  | { readonly settings: ServeSettings }
  | { readonly problems: readonly string[]; readonly suggestion: string | undefined }

export const SERVE_DEFAULTS = {
  /** Loopback only: nobody else gets in unless somebody says so. */
  listen: { host: '127.0.0.1', port: 9092 },
  data: './naru-data',
  durability: 'fsync',
  nodeId: 0
} as const

/** Where Naru's own default differs from Kafka's, because one node on a developer's machine is what it starts as. */
export const NARU_PROPERTIES: Readonly<Record<string, string>> = {
  // Kafka waits 3 s for more members before the first rebalance of an empty group.
  'group.initial.rebalance.delay.ms': '0'
}

/** Properties that are flags here; they are taken out before the broker's table is asked. */
const OWN_PROPERTIES = new Set([
  'listeners',
  'advertised.listeners',
  'log.dirs',
  'log.dir',
  'node.id',
  'broker.id'
])

export function resolveSettings(
  sources: SettingSources,
  known: ReadonlyMap<string, KnownProperty>,
  messages: Messages
): SettingsResult {
  const resolver = new Resolver(sources, known, messages)
  const settings = resolver.settings()
  const { problems, suggestion } = resolver
  return problems.length === 0 ? { settings } : { problems, suggestion }
}

class Resolver {
  readonly problems: string[] = []
  suggestion: string | undefined
  readonly #sources: SettingSources
  readonly #known: ReadonlyMap<string, KnownProperty>
  readonly #messages: Messages

  constructor(sources: SettingSources, known: ReadonlyMap<string, KnownProperty>, messages: Messages) {
    this.#sources = sources
    this.#known = known
    this.#messages = messages
  }

  settings(): ServeSettings {
    const { file, overrides } = this.#sources
    const given = new Map([...file, ...overrides])
    const names = [...given.keys()].filter((name) => !OWN_PROPERTIES.has(name))
    for (const name of names) this.#check(name, given.get(name) ?? '')
    const properties = Object.fromEntries(names.map((name) => [name, given.get(name) ?? '']))
    const inert = names.filter((name) => this.#known.get(name)?.inert === true)
    return {
      listen: this.#address('listen', 'listeners') ?? SERVE_DEFAULTS.listen,
      advertise: this.#address('advertise', 'advertised.listeners'),
      data: this.#folder(),
      durability: this.#durability(),
      metrics: this.#metrics(),
      nodeId: this.#nodeId(given),
      properties: { ...NARU_PROPERTIES, ...properties },
      inert
    }
  }

  #check(name: string, value: string): void {
    const row = this.#known.get(name)
    if (row === undefined) {
      this.suggestion ??= nearestName(name, [...this.#known.keys(), ...OWN_PROPERTIES])
      this.problems.push(this.#messages.text('serve.unknown-property', { name }))
      return
    }
    const problem = row.problem(value)
    if (problem !== undefined)
      this.problems.push(this.#messages.text('serve.bad-property', { name, value, problem }))
  }

  /** The first source that says anything wins: flag, `-X`, environment, file. */
  #address(name: 'listen' | 'advertise', property: string): Address | undefined {
    const { flags, overrides, environment, file } = this.#sources
    if (flags[name] !== undefined) return this.#parse(`--${name}`, flags[name])
    if (overrides.has(property)) return this.#listener(overrides, property)
    if (environment[name] !== undefined) return this.#parse(`NARU_${name.toUpperCase()}`, environment[name])
    return file.has(property) ? this.#listener(file, property) : undefined
  }

  #parse(name: string, text: string): Address | undefined {
    const address = parseListenAddress(text)
    if (address === undefined)
      this.problems.push(this.#messages.text('serve.bad-address', { name, value: text }))
    return address
  }

  #listener(source: ReadonlyMap<string, string>, property: string): Address | undefined {
    const { file, overrides } = this.#sources
    const all = new Map([...file, ...overrides])
    const found = brokerListener(source.get(property) ?? '', all, this.#messages)
    if ('address' in found) return found.address
    this.problems.push(`${property}: ${found.problem}`)
    return undefined
  }

  #folder(): string {
    const { flags, overrides, environment, file } = this.#sources
    const ofKafka = (source: ReadonlyMap<string, string>): string | undefined =>
      source.get('log.dirs') ?? source.get('log.dir')
    const folder =
      flags.data ?? ofKafka(overrides) ?? environment.data ?? ofKafka(file) ?? SERVE_DEFAULTS.data
    if (folder.includes(',')) this.problems.push(this.#messages.text('serve.one-folder', { folders: folder }))
    if (folder.trim() === '') this.problems.push(this.#messages.text('serve.empty-folder'))
    return folder.trim()
  }

  #durability(): Durability {
    const { flags, environment } = this.#sources
    const text = flags.durability ?? environment.durability ?? SERVE_DEFAULTS.durability
    const durability = DURABILITIES.find((known) => known === text)
    if (durability !== undefined) return durability
    const values = { value: text, choices: DURABILITIES.join(', ') }
    this.problems.push(this.#messages.text('serve.bad-durability', values))
    return SERVE_DEFAULTS.durability
  }

  #metrics(): Address | undefined {
    const { flags, environment } = this.#sources
    if (flags.metrics !== undefined) return this.#parse('--metrics', loopbackWithoutHost(flags.metrics))
    if (environment.metrics === undefined) return undefined
    return this.#parse('NARU_METRICS', loopbackWithoutHost(environment.metrics))
  }

  #nodeId(given: ReadonlyMap<string, string>): number {
    const text = given.get('node.id') ?? given.get('broker.id')
    if (text === undefined) return SERVE_DEFAULTS.nodeId
    const nodeId = Number(text)
    if (/^\d+$/.test(text) && nodeId < 2 ** 31) return nodeId
    const problem = this.#messages.text('value.whole-number', { min: 0, max: 2 ** 31 - 1 })
    this.problems.push(this.#messages.text('serve.bad-property', { name: 'node.id', value: text, problem }))
    return SERVE_DEFAULTS.nodeId
  }
}

/** Metrics tell about the inside: `:9464` alone must not open them to the network. */
function loopbackWithoutHost(text: string): string {
  return text.startsWith(':') || /^\d+$/.test(text) ? `127.0.0.1:${text.replace(/^:/, '')}` : text
}
