/** The services that handlers work with; one object per broker, put together in `broker.ts`. */
import type { Clock, Logger, Random, Timers } from '@naru/base'
import type { Compression } from '@naru/protocol'
import type { Storage } from '@naru/storage'
import type { BrokerConfig } from './config/broker-config.ts'
import type { Endpoints } from './endpoints.ts'
import type { FetchSessions } from './fetch/sessions.ts'
import type { ServiceHome } from './coordinator/service-home.ts'
import type { GroupService } from './groups/service.ts'
import type { RequestInterceptor } from './interceptor.ts'
import type { BrokerMetrics } from './metrics.ts'
import type { ProduceTurns } from './produce/produce-turns.ts'
import type { ProducerIds } from './producer-ids.ts'
import type { ReceiveMemory } from './receive-memory.ts'
import type { SendBudget } from './send-budget.ts'
import type { TopicCatalog } from './topics/topic-catalog.ts'
import type { ProducerOrder } from './transactions/producer-order.ts'
import type { TransactionService } from './transactions/service.ts'

export interface BrokerContext {
  readonly storage: Storage
  readonly config: BrokerConfig
  readonly endpoints: Endpoints
  readonly topics: TopicCatalog
  readonly groups: ServiceHome<GroupService>
  readonly transactions: ServiceHome<TransactionService>
  readonly producerOrder: ProducerOrder
  readonly fetchSessions: FetchSessions
  readonly producerIds: ProducerIds
  readonly produceTurns: ProduceTurns
  readonly sendBudget: SendBudget
  readonly receiveMemory: ReceiveMemory
  readonly compression: Compression
  readonly metrics: BrokerMetrics
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  readonly interceptor: RequestInterceptor | undefined
}
