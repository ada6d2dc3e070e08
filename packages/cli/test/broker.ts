/** A broker over memory in this process, for commands to talk to. */
import { SILENT_LOGGER } from '@naru/base'
import { nodeClock, nodeNetwork, nodeRandom, nodeTimers } from '@naru/base/node'
import { BrokerConfig, type RequestInterceptor, startBroker } from '@naru/broker'
import { threadPoolCompression } from '@naru/protocol'
import { openMemoryStorage } from '@naru/storage'

export interface TestBroker extends AsyncDisposable {
  readonly bootstrap: string
}

export async function startTestBroker(
  properties: Readonly<Record<string, string>> = {},
  interceptor?: RequestInterceptor
): Promise<TestBroker> {
  const statics = { 'group.initial.rebalance.delay.ms': '0', ...properties }
  const config = new BrokerConfig({ statics, nodeId: 0 })
  const shared = { clock: nodeClock, timers: nodeTimers, random: nodeRandom, logger: SILENT_LOGGER }
  const storage = await openMemoryStorage({ ...shared, logConfig: config.logConfig })
  const broker = await startBroker({
    ...shared,
    storage,
    config,
    network: nodeNetwork,
    compression: threadPoolCompression,
    listen: { host: '127.0.0.1', port: 0 },
    ...(interceptor === undefined ? {} : { interceptor })
  })
  return {
    bootstrap: `127.0.0.1:${broker.port}`,
    [Symbol.asyncDispose]: async () => {
      await broker.close()
      await storage.close()
    }
  }
}
