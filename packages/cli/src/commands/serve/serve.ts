/**
 * The composition root of `naru serve`: settings, storage, broker and metrics put together, started in this order
 * and closed in the reverse one.
 */
import { errorCode, type Logger } from '@naru/base'
import { nodeDisk, nodeNetwork, nodeRandom } from '@naru/base/node'
import {
  BrokerConfig,
  NO_EFFECT,
  type RunningBroker,
  brokerDefinitions,
  configProblem,
  startBroker
} from '@naru/broker'
import { threadPoolCompression } from '@naru/protocol'
import type { Storage } from '@naru/storage'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import type { Setting } from '../../program.ts'
import { announce } from './announcement.ts'
import type { GivenOptions, ServeOptions } from './command.ts'
import { outputLogger } from './log.ts'
import { openStorage } from './open-storage.ts'
import { parseProperties } from './properties.ts'
import { type KnownProperty, type ServeSettings, resolveSettings } from './settings.ts'
import { startFailure } from './start-failure.ts'

/** Of the two seconds that a stop may take; closing the storage needs the rest. */
const CLOSE_BROKER_MS = 1_000

/** Runs until it is interrupted or the storage fails; a clean stop is no error. */
export async function serve(setting: Setting, options: ServeOptions, given: GivenOptions): Promise<void> {
  const settings = await readSettings(setting, options, given)
  const { host } = setting
  const logger = outputLogger(host.stderr, host.clock, {
    level: options.logLevel,
    format: options.output
  })
  const config = new BrokerConfig({ statics: staticsOf(settings), nodeId: settings.nodeId })
  await checkAddress(setting, settings)
  const storage = await openStorage(host, settings, config, logger).catch((error: unknown) => {
    throw startFailure(error, 'folder', settings, setting.messages)
  })
  // Node 22 has no AsyncDisposableStack.
  const closers: Array<() => Promise<void>> = [() => storage.close()]
  try {
    const broker = await listen(setting, settings, config, storage, logger)
    closers.unshift(() => broker.close({ timeoutMs: CLOSE_BROKER_MS }))
    const metrics = await serveMetrics(setting, settings, broker, storage)
    if (metrics !== undefined) closers.unshift(() => metrics.close())
    const { port, clusterId } = broker
    const startMs = Math.round(host.uptimeMs())
    const { recovery } = storage
    const readiness = {
      settings,
      host: broker.host,
      port,
      clusterId,
      metrics: metrics?.address,
      startMs,
      recovery
    }
    await announce(setting, readiness, options.output)
    host.flushCompileCache()
    // What a start can do without is loaded when clients are served already.
    const { boundHeap } = await import('./node/heap-bounds.ts')
    boundHeap(() => {
      const { tailBytes, recentBytes } = storage.stats()
      return tailBytes + recentBytes
    })
    await untilStopped(setting, storage, logger)
  } finally {
    for (const close of closers) await close()
  }
}

/** Before the first start makes its folder: one that fails at its address leaves none behind. */
async function checkAddress({ messages }: Setting, settings: ServeSettings): Promise<void> {
  if (settings.durability === 'memory' || settings.listen.port === 0) return
  const isNew = await nodeDisk.list(settings.data).then(
    () => false,
    (error: unknown) => errorCode(error) === 'ENOENT'
  )
  if (!isNew) return
  try {
    const listener = await nodeNetwork.listen(settings.listen, (connection) => connection.destroy())
    await listener.close()
  } catch (error) {
    throw startFailure(error, 'listening', settings, messages)
  }
}

async function readSettings(
  { host, messages }: Setting,
  options: ServeOptions,
  given: GivenOptions
): Promise<ServeSettings> {
  const file = options.config === undefined ? undefined : await readConfig({ host, messages }, options.config)
  const result = resolveSettings(
    { ...given, overrides: new Map(options.X), file: file ?? new Map() },
    knownProperties(),
    messages
  )
  if ('settings' in result) return result.settings
  const { problems, suggestion } = result
  const next =
    suggestion === undefined
      ? messages.text('next.help', { command: 'naru serve --help' })
      : messages.text('next.did-you-mean', { suggestion })
  throw new Failure(ExitCode.usage, problems.join('\n'), { next })
}

async function readConfig({ host, messages }: Setting, path: string): Promise<ReadonlyMap<string, string>> {
  try {
    return parseProperties(await host.readFile(path))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(ExitCode.usage, messages.text('error.unreadable-file', { path, reason }), {
      cause: error
    })
  }
}

/** Kafka's names for what our flags say are listed with the values in force. */
function staticsOf({ properties, nodeId, data, listen }: ServeSettings): Readonly<Record<string, string>> {
  return {
    ...properties,
    'node.id': String(nodeId),
    'broker.id': String(nodeId),
    'log.dirs': data,
    listeners: `PLAINTEXT://${listen.host}:${listen.port}`
  }
}

function knownProperties(): ReadonlyMap<string, KnownProperty> {
  return new Map(
    [...brokerDefinitions].map(([name, definition]) => [
      name,
      {
        problem: (value: string) => configProblem(definition, value),
        inert: definition.documentation === NO_EFFECT
      }
    ])
  )
}

async function listen(
  { host, messages }: Setting,
  settings: ServeSettings,
  config: BrokerConfig,
  storage: Storage,
  logger: Logger
): Promise<RunningBroker> {
  try {
    return await startBroker({
      storage,
      config,
      logger,
      clock: host.clock,
      timers: host.timers,
      network: nodeNetwork,
      random: nodeRandom,
      compression: threadPoolCompression,
      listen: settings.listen,
      ...(settings.advertise === undefined ? {} : { advertise: settings.advertise })
    })
  } catch (error) {
    throw startFailure(error, 'listening', settings, messages)
  }
}

async function serveMetrics(
  { host, messages }: Setting,
  settings: ServeSettings,
  broker: RunningBroker,
  storage: Storage
): Promise<{ readonly address: string; close(): Promise<void> } | undefined> {
  if (settings.metrics === undefined) return undefined
  const { startMetricsServer } = await import('./node/metrics-server.ts')
  const { metricsText } = await import('./metrics.ts')
  const text = metricsText(broker, storage)
  const isReady = (): boolean => !storage.failed.aborted && !host.interrupted.aborted
  try {
    return await startMetricsServer(settings.metrics, text, isReady)
  } catch (error) {
    throw startFailure(error, 'metrics', { ...settings, listen: settings.metrics }, messages)
  }
}

/** Resolves at Ctrl-C and SIGTERM; fails when the storage cannot keep its promises any more. */
async function untilStopped({ host, messages }: Setting, storage: Storage, logger: Logger): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onSignal = (): void => resolve()
  const onFailure = (): void => reject(storage.failed.reason as Error)
  if (host.interrupted.aborted) onSignal()
  if (storage.failed.aborted) onFailure()
  host.interrupted.addEventListener('abort', onSignal, { once: true })
  storage.failed.addEventListener('abort', onFailure, { once: true })
  try {
    await promise
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    logger.log('error', 'storage-failed', { reason })
    throw new Failure(ExitCode.failed, messages.text('serve.storage-failed', { reason }), {
      next: messages.text('serve.next.storage-failed'),
      cause: error
    })
  }
  logger.log('info', 'stopping')
}
