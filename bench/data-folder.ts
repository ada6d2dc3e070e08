/** The one folder below which all systems of a command keep their data; it goes when the command ends, however it does. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Ctrl-C and a termination end the process by `exit`, so that brokers are stopped and the folder is removed. */
export function dataFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, 'naru-bench-'))
  // A broker that is being killed may still make files.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
  process.on('SIGINT', () => process.exit(130))
  process.on('SIGTERM', () => process.exit(143))
  return folder
}
