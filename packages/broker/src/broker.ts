/** Puts the services of one broker together over an open storage, starts it and stops it. */
import {
  sleep,
  type Address,
  type Clock,
  type Logger,
  type Network,
  type Random,
  type Timers
} from '@naru/base'
import type { Compression } from '@naru/protocol'
import type { Storage } from '@naru/storage'
import type { BrokerConfig } from './config/broker-config.ts'
import type { BrokerContext } from './context.ts'
import { ServiceHome } from './coordinator/service-home.ts'
import { Endpoints } from './endpoints.ts'
import { FetchSessions } from './fetch/sessions.ts'
import { GROUP_TOPIC, groupTopic } from './groups/internal-topics.ts'
import { withGroups } from './groups/lazy-groups.ts'
import type { GroupService } from './groups/service.ts'
import type { RequestInterceptor } from './interceptor.ts'
import { SEND_BYTES_HARD_MAX, SEND_BYTES_MAX } from './limits.ts'
import { BrokerMetrics } from './metrics.ts'
import { ProduceTurns } from './produce/produce-turns.ts'
import { ProducerIds } from './producer-ids.ts'
import { ReceiveMemory } from './receive-memory.ts'
import { SendBudget } from './send-budget.ts'
import { Server } from './server.ts'
import { TopicCatalog } from './topics/topic-catalog.ts'
import { TRANSACTION_TOPIC, transactionTopic } from './transactions/internal-topics.ts'
import { ProducerOrder } from './transactions/producer-order.ts'
import type { TransactionService } from './transactions/service.ts'
import { withTransactions } from './transactions/lazy-transactions.ts'

export interface BrokerOptions {
  readonly storage: Storage
  readonly network: Network
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  readonly compression: Compression
  /** Port 0 takes a free one. */
  readonly listen: Address
  /** What clients are told; by default the address at which each of them has reached us. */
  readonly advertise?: Address
  /** The settings that the storage was opened with too. */
  readonly config: BrokerConfig
  /** Only for tests. */
  readonly interceptor?: RequestInterceptor
  /** Only for tests. */
  readonly receiveMemory?: ReceiveMemory
}

export interface RunningBroker extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly clusterId: string
  readonly context: BrokerContext
  metrics(): BrokerMetrics
  /** Answers what was asked, for up to `timeoutMs` (1,000 by default); the storage stays open for its owner. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Drops all connections and forgets what is in memory, as a crash would. */
  abort(): Promise<void>
}

const CLOSE_MS_DEFAULT = 1000

/** Fails with the network's error when the address cannot be listened on. */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const context = createContext(options)
  const server = new Server(context)
  const address = await server.listen(options.network, options.listen)
  if (context.topics.byName(GROUP_TOPIC) !== undefined) startGroupsSoon(context)
  if (context.topics.byName(TRANSACTION_TOPIC) !== undefined) startTransactionsSoon(context)
  const close = async ({ timeoutMs = CLOSE_MS_DEFAULT } = {}): Promise<void> => {
    // Members that wait for their group would otherwise hold the stop for the whole time-out.
    context.groups.release()
    context.transactions.release()
    const done = new AbortController()
    await server.close(sleep(options.timers, timeoutMs, done.signal).catch(() => undefined))
    done.abort()
    // First whoever writes into the groups' slots.
    await context.transactions.close()
    await context.groups.close()
  }
  return {
    host: address.host,
    port: address.port,
    clusterId: context.topics.image.clusterId,
    context,
    metrics: () => context.metrics,
    close,
    abort: async () => {
      context.transactions.abort()
      context.groups.abort()
      await server.abort()
    },
    [Symbol.asyncDispose]: () => close()
  }
}

/** Groups from before are loaded when the first requests, which may be about something else, have been read. */
function startGroupsSoon(context: BrokerContext): void {
  const failed = (error: unknown): void => {
    context.logger.log('error', 'groups-not-started', { reason: String(error) })
  }
  context.timers.soon(() => withGroups(({ groupsOf }) => groupsOf(context), failed))
}

/** Transactions that were decided before are ended in all their partitions, also when nobody asks. */
function startTransactionsSoon(context: BrokerContext): void {
  const failed = (error: unknown): void => {
    context.logger.log('error', 'transactions-not-started', { reason: String(error) })
  }
  context.timers.soon(() => withTransactions(({ transactionsOf }) => transactionsOf(context), failed))
}

function createContext(options: BrokerOptions): BrokerContext {
  const { storage, config, clock, timers, random, logger, compression } = options
  config.attach(() => storage.metadata.image)
  const topics = new TopicCatalog({
    metadata: storage.metadata,
    config,
    random,
    internalTopics: [groupTopic, transactionTopic]
  })
  return {
    storage,
    config,
    topics,
    groups: new ServiceHome<GroupService>(),
    transactions: new ServiceHome<TransactionService>(),
    producerOrder: new ProducerOrder(),
    endpoints: new Endpoints({
      ownership: storage.ownership,
      advertised: options.advertise,
      rack: config.value('broker.rack')
    }),
    fetchSessions: new FetchSessions({
      slotsMax: config.number('max.incremental.fetch.session.cache.slots'),
      clock,
      random
    }),
    producerIds: new ProducerIds(storage.metadata, random),
    produceTurns: new ProduceTurns(),
    sendBudget: new SendBudget({ softMax: SEND_BYTES_MAX, hardMax: SEND_BYTES_HARD_MAX }),
    receiveMemory: options.receiveMemory ?? new ReceiveMemory(),
    compression,
    metrics: new BrokerMetrics(),
    clock,
    timers,
    random,
    logger,
    interceptor: options.interceptor
  }
}
