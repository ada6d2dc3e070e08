/** The operating system's randomness. */
import type * as NodeCrypto from 'node:crypto'
import type { Random } from '../random.ts'

/** Loaded on first use: its 4 ms are a tenth of a start, and most starts draw nothing. */
function crypto(): typeof NodeCrypto {
  return process.getBuiltinModule('node:crypto')
}

export const nodeRandom: Random = {
  bytes: (count) => crypto().randomBytes(count),
  below: (limit) => crypto().randomInt(limit)
}
