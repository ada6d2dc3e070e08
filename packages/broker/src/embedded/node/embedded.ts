/**
 * A broker inside an application: the composition that `naru serve` makes, for those who start with one process and
 * divide it later. Storage, listener and defaults are the same; logs go to the application's logger.
 */
import { type Logger, NaruError, SILENT_LOGGER } from '@naru/base'
import { nodeClock, nodeDisk, nodeNetwork, nodeRandom, nodeTimers, threadOffLoop } from '@naru/base/node'
import { threadPoolCompression } from '@naru/protocol'
import { openLocalStorage, openMemoryStorage } from '@naru/storage'
import { startBroker } from '../../broker.ts'
import { BrokerConfig } from '../../config/broker-config.ts'
import { brokerDefinitions } from '../../config/broker-definitions.ts'
import { configProblem } from '../../config/validation.ts'

export interface EmbeddedBrokerOptions {
  /** Where the data lies; without it everything is in memory and gone at the end. */
  readonly directory?: string | undefined
  /** 127.0.0.1 unless others should reach it. */
  readonly host?: string | undefined
  /** A free one when left out; clients that live longer than this process need a fixed one. */
  readonly port?: number | undefined
  /** Kafka's properties of a broker. */
  readonly config?: Readonly<Record<string, string>> | undefined
  readonly logger?: Logger | undefined
}

export interface EmbeddedBroker extends AsyncDisposable {
  /** `host:port`, for clients of this process and of others. */
  readonly bootstrap: string
  /** Answers what was asked, then closes the data. */
  close(): Promise<void>
}

const CLOSE_MS_MAX = 1_000

/**
 * Starts a broker in this process; resolves when it takes connections. Rejects for a property that Kafka does not know,
 * a port in use, or data that another process has open.
 *
 * ```ts
 * await using broker = await startEmbeddedBroker({ directory: './data', port: 9092 })
 * const barista = defineService({ name: 'barista', bootstrap: broker.bootstrap })
 * ```
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions = {}): Promise<EmbeddedBroker> {
  const { directory, host = '127.0.0.1', port = 0, logger = SILENT_LOGGER } = options
  // One process: nobody else is about to join.
  const statics = { 'group.initial.rebalance.delay.ms': '0', ...options.config }
  for (const [name, value] of Object.entries(statics)) {
    const definition = brokerDefinitions.get(name)
    const problem =
      definition === undefined ? `there is no property ${name}` : configProblem(definition, value)
    if (problem !== undefined) throw new NaruError('INVALID_OPTION', problem)
  }
  const config = new BrokerConfig({ statics, nodeId: 0 })
  const services = { clock: nodeClock, timers: nodeTimers, random: nodeRandom, logger }
  const { logConfig, storageLimits: limits } = config
  const shared = { ...services, logConfig, limits }
  const storage =
    directory === undefined
      ? await openMemoryStorage(shared)
      : await openLocalStorage({
          ...shared,
          disk: nodeDisk,
          directory,
          durability: 'fsync',
          offLoop: threadOffLoop
        })
  const broker = await startBroker({
    ...services,
    storage,
    config,
    compression: threadPoolCompression,
    network: nodeNetwork,
    listen: { host, port }
  }).catch(async (error: unknown) => {
    await storage.close()
    throw error
  })
  let closed: Promise<void> | undefined
  const closeBoth = async (): Promise<void> => {
    try {
      await broker.close({ timeoutMs: CLOSE_MS_MAX })
    } finally {
      await storage.close()
    }
  }
  const close = (): Promise<void> => (closed ??= closeBoth())
  return { bootstrap: `${host}:${broker.port}`, close, [Symbol.asyncDispose]: close }
}
