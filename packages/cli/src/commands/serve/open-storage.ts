/** Opens the engine that the durability asks for. */
import { nodeDisk, nodeRandom, threadOffLoop } from '@naru/base/node'
import type { Logger } from '@naru/base'
import type { BrokerConfig } from '@naru/broker'
import type { Storage } from '@naru/storage'
import type { Host } from '../../host.ts'
import type { ServeSettings } from './settings.ts'

export async function openStorage(
  { clock, timers }: Pick<Host, 'clock' | 'timers'>,
  settings: ServeSettings,
  config: BrokerConfig,
  logger: Logger
): Promise<Storage> {
  const { data, durability, nodeId } = settings
  const { logConfig, storageLimits: limits } = config
  const shared = { clock, timers, random: nodeRandom, logger, nodeId, logConfig, limits }
  const storage = await import('@naru/storage')
  if (durability === 'memory') return storage.openMemoryStorage(shared)
  return storage.openLocalStorage({
    ...shared,
    disk: nodeDisk,
    directory: data,
    durability,
    offLoop: threadOffLoop
  })
}
