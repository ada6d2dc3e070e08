/** The versions of a request that a client may send. */
import { stableMaxVersion, type ApiKeyEntry } from '@naru/protocol'

export function versionsOf(message: ApiKeyEntry): number[] {
  const max = stableMaxVersion(message)
  return Array.from({ length: max - message.minVersion + 1 }, (_, at) => message.minVersion + at)
}
