/** The operating system's randomness. */
import { randomBytes, randomInt } from 'node:crypto'
import type { Random } from '../random.ts'

export const nodeRandom: Random = {
  bytes: (count) => randomBytes(count),
  below: (limit) => randomInt(limit)
}
