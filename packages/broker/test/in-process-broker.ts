/** A broker over memory on a free loopback port, for the tests of this package. */
import { SILENT_LOGGER, type Address, type Clock, type Logger, type Network, type Timers } from '@naru/base'
import { nodeClock, nodeNetwork, nodeRandom, nodeTimers } from '@naru/base/node'
import { threadPoolCompression } from '@naru/protocol'
import { openMemoryStorage, type LogStore } from '@naru/storage'
import { BrokerConfig, startBroker, type RequestInterceptor, type RunningBroker } from '@naru/broker'

export interface InProcessOptions {
  readonly config?: Readonly<Record<string, string>>
  readonly time?: Clock & Timers
  readonly logger?: Logger
  readonly interceptor?: RequestInterceptor
  readonly advertise?: Address
  /** TCP unless given. */
  readonly network?: Network
  /** 127.0.0.1 unless given. */
  readonly host?: string
  /** Puts something between the broker and its log. */
  readonly wrapLog?: (log: LogStore) => LogStore
}

export async function startInProcessBroker(options: InProcessOptions = {}): Promise<RunningBroker> {
  const config = new BrokerConfig({
    statics: { 'group.initial.rebalance.delay.ms': '0', ...options.config },
    nodeId: 0
  })
  const shared = {
    clock: options.time ?? nodeClock,
    timers: options.time ?? nodeTimers,
    random: nodeRandom,
    logger: options.logger ?? SILENT_LOGGER,
    compression: threadPoolCompression
  }
  const storage = await openMemoryStorage({ ...shared, logConfig: config.logConfig })
  return startBroker({
    ...shared,
    storage: options.wrapLog === undefined ? storage : { ...storage, log: options.wrapLog(storage.log) },
    network: options.network ?? nodeNetwork,
    listen: { host: options.host ?? '127.0.0.1', port: 0 },
    config,
    ...(options.interceptor === undefined ? {} : { interceptor: options.interceptor }),
    ...(options.advertise === undefined ? {} : { advertise: options.advertise })
  })
}
