/** To which lane of the outbox an event belongs: always the same one for a key. */
import type { OutgoingEvent } from '../ports.ts'
import { OUTBOX_LANES } from './limits.ts'

/** FNV-1a over the characters' codes, as a signed number of 32 bits, which is what PostgreSQL's locks take. */
export function keyHash(key: string): number {
  let hash = 0x81_1c_9d_c5
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01_00_01_93)
  }
  return hash | 0
}

/** Events without a key have no order among them and go anywhere. */
export function laneOf({ key, id }: Pick<OutgoingEvent, 'key' | 'id'>): number {
  return (keyHash(key ?? id) >>> 0) % OUTBOX_LANES
}
