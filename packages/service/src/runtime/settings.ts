/** What a service is told, checked once. */
import type { Clock, Language, Logger, Random, Timers } from '@naru/base'
import { SILENT_LOGGER, languageOf } from '@naru/base'
import { nodeClock, nodeRandom, nodeTimers } from '@naru/base/node'
import type { ClientOptions } from '@naru/client'
import { checkOptions, withDefaults } from '@naru/client/options'
import { RETRY_DEFAULTS, SERVICE_DEFAULTS } from '../defaults.ts'
import { ServiceError } from '../errors.ts'
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import type { UnknownType, UnknownVersion } from '../handler/route.ts'
import type { Store } from '../ports.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'

export interface ServiceOptions<Native = unknown> {
  /** Names the group, the source of events, and the topics that belong to the service. */
  readonly name: string
  /** `host:port`, several separated by commas; `NARU_BOOTSTRAP` of the environment when left out. */
  readonly bootstrap?: string | readonly string[] | undefined
  readonly client?: Omit<ClientOptions, 'bootstrap'> | undefined
  /** The service's own database; handlers then run in transactions, with inbox and outbox. */
  readonly store?: Store<Native> | undefined
  /** Events that the service publishes: their topics and contracts are there before the first of them. */
  readonly publishes?: ReadonlyArray<EventDefinition<AnySchema>> | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  readonly deadlineMs?: number | undefined
  readonly stopMs?: number | undefined
  readonly drainMs?: number | undefined
  readonly commitMs?: number | undefined
  readonly startMs?: number | undefined
  /** Handlers that run at the same time. */
  readonly concurrency?: number | undefined
  readonly onUnknownType?: UnknownType | undefined
  readonly onUnknownVersion?: UnknownVersion | undefined
  /** Publications and progress in one transaction of the log; not with a store. */
  readonly exactlyOnce?: boolean | undefined
  readonly transactionTimeoutMs?: number | undefined
  /** Registers and checks contracts in the topic `naru.contracts`. */
  readonly contracts?: boolean | undefined
  readonly createTopics?: boolean | undefined
  /** For topics that are created; the broker's defaults when left out. */
  readonly partitions?: number | undefined
  readonly replicationFactor?: number | undefined
  /** Where a new group starts. */
  readonly from?: 'earliest' | 'latest' | undefined
  readonly sessionTimeoutMs?: number | undefined
  readonly heartbeatMs?: number | undefined
  readonly rebalanceTimeoutMs?: number | undefined
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
  readonly timers?: Timers | undefined
  readonly random?: Random | undefined
}

type Defaults = typeof SERVICE_DEFAULTS

/** With every default in place. */
export type ServiceSettings = {
  readonly [Name in keyof Defaults]: Exclude<ServiceOptions[Name], undefined>
} & {
  readonly name: string
  readonly bootstrap: string | readonly string[] | undefined
  readonly client: Omit<ClientOptions, 'bootstrap'>
  readonly store: Store | undefined
  readonly publishes: ReadonlyArray<EventDefinition<AnySchema>>
  readonly retry: RetryPolicy
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  readonly logger: Logger
  /** Of what is told to whoever starts the service. */
  readonly language: Language
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

const OPTION_NAMES = [
  ...Object.keys(SERVICE_DEFAULTS),
  'name',
  'bootstrap',
  'client',
  'store',
  'publishes',
  'retry',
  'partitions',
  'replicationFactor',
  'logger',
  'clock',
  'timers',
  'random'
]

/** No dots, so that the names of its topics can be taken apart again. */
const SERVICE_NAME = /^[a-zA-Z0-9_-]{1,100}$/

export function serviceSettings(options: ServiceOptions): ServiceSettings {
  checkOptions('defineService', options, OPTION_NAMES)
  if (!SERVICE_NAME.test(options.name)) {
    throw invalid(`"${options.name}" is no name of a service: letters, digits, dashes and underscores`)
  }
  if (options.exactlyOnce === true && options.store !== undefined) {
    throw invalid('exactlyOnce is about the log alone; with a store the outbox does its work')
  }
  const drains = withDefaults(SERVICE_DEFAULTS, options)
  if (drains.drainMs >= drains.rebalanceTimeoutMs) {
    throw invalid('drainMs has to be below rebalanceTimeoutMs, or the group goes on without this member')
  }
  const defaults = {
    ...SERVICE_DEFAULTS,
    bootstrap: process.env['NARU_BOOTSTRAP'],
    client: {},
    store: undefined,
    publishes: [],
    partitions: undefined,
    replicationFactor: undefined,
    logger: SILENT_LOGGER,
    language: languageOf(process.env),
    clock: nodeClock,
    timers: nodeTimers,
    random: nodeRandom
  }
  const { retry, ...rest } = options
  const settings: unknown = { ...withDefaults(defaults, rest), retry: retryPolicy(retry) }
  return settings as ServiceSettings
}

export function retryPolicy(
  given: Partial<RetryPolicy> = {},
  base: RetryPolicy = RETRY_DEFAULTS
): RetryPolicy {
  checkOptions('retry', given, Object.keys(RETRY_DEFAULTS))
  const policy = withDefaults(base, given)
  if (!Number.isInteger(policy.attempts) || policy.attempts < 1) {
    throw invalid('retry.attempts is an integer from 1 on')
  }
  return policy
}

function invalid(message: string): ServiceError {
  return new ServiceError('INVALID_OPTION', message)
}
