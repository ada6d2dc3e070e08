/** The one folder that keeps everything, by the name that clients see: as `log.dirs` or `log.dir` has it. */
import type { BrokerConfig } from './broker-config.ts'

export function logFolderName(config: BrokerConfig): string {
  return config.value('log.dirs') ?? config.text('log.dir')
}
