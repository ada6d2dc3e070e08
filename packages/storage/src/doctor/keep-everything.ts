/** Settings under which nothing is ever deleted or cleaned: nobody has told the doctor those of the broker. */
import { DEFAULT_LOG_CONFIG, type LogConfig } from '../ports/index.ts'

const settings: LogConfig = {
  ...DEFAULT_LOG_CONFIG,
  retentionMs: -1,
  retentionBytes: -1,
  cleanupPolicy: { delete: false, compact: false }
}

export function keepEverything(): LogConfig {
  return settings
}
