/** Ids as Kafka makes them: 16 random bytes in base64url, none that begins with a dash. */
import type { Random } from '@naru/base'

export function newClusterId(random: Random): string {
  for (;;) {
    const id = Buffer.from(random.bytes(16)).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}
