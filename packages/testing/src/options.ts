/** What `createTestBroker` takes, with its defaults; what it cannot take is refused with a sentence. */
import { NaruError, type Clock, type Logger, type Timers } from '@naru/base'
import { brokerDefinitions, configProblem } from '@naru/broker'
import type { Durability } from '@naru/storage'
import { misuse } from './fault-target.ts'

export interface TestTopic {
  readonly name: string
  /** `num.partitions` unless given. */
  readonly partitions?: number
  /** Settings by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>
}

export interface TestBrokerOptions {
  /** Made before the broker is ready; a name alone has `num.partitions` of them. */
  readonly topics?: readonly (string | TestTopic)[]
  /** A `ManualClock` moves session time-outs, retention and long polls by hand; real time unless given. */
  readonly clock?: Clock & Timers
  /** `memory` unless given; `fsync` and `os` write to a folder of their own that is removed at the end. */
  readonly durability?: Durability
  /** Keeps the data here instead, and leaves it there; for `fsync` and `os`. */
  readonly directory?: string
  /** Broker settings by Kafka's names. `group.initial.rebalance.delay.ms` is 0 unless given. */
  readonly config?: Readonly<Record<string, string>>
  /** 0, a free one, unless given. */
  readonly port?: number
  /** Gets what the broker has to say; nobody unless given. */
  readonly logger?: Logger
}

const knownOptions: readonly (keyof TestBrokerOptions)[] = [
  'topics',
  'clock',
  'durability',
  'directory',
  'config',
  'port',
  'logger'
]

const durabilities: readonly Durability[] = ['memory', 'fsync', 'os']

export function checkOptions(options: TestBrokerOptions): void {
  const wrong = Object.keys(options).find((name) => !knownOptions.some((known) => known === name))
  if (wrong !== undefined) {
    throw misuse('UNKNOWN_OPTION', `createTestBroker has no option '${wrong}'`, wrong, knownOptions)
  }
  const { durability, directory, clock, port } = options
  if (durability !== undefined && !durabilities.includes(durability)) {
    throw invalid(`durability has to be one of ${durabilities.join(', ')}, not '${String(durability)}'`)
  }
  if (directory !== undefined && (durability ?? 'memory') === 'memory') {
    throw invalid(`directory is for durability 'fsync' and 'os'; 'memory' keeps nothing there`)
  }
  if (clock !== undefined && (typeof clock.wallMs !== 'function' || typeof clock.after !== 'function')) {
    throw invalid('clock has to tell the time and to run timers, as `new ManualClock()` does')
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw invalid(`port has to be from 0 to 65535, not ${port}`)
  }
  for (const [name, value] of Object.entries(options.config ?? {})) checkSetting(name, value)
}

function checkSetting(name: string, value: string): void {
  const definition = brokerDefinitions.get(name)
  if (definition === undefined) {
    throw misuse('UNKNOWN_SETTING', `a broker has no setting '${name}'`, name, brokerDefinitions.keys())
  }
  const problem = configProblem(definition, String(value))
  if (problem !== undefined) throw new NaruError('INVALID_SETTING', problem)
}

function invalid(message: string): NaruError {
  return new NaruError('INVALID_OPTION', `createTestBroker: ${message}`)
}
