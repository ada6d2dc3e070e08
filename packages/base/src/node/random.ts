/** The operating system's randomness. */
import type * as NodeCrypto from 'node:crypto'
import type { Random } from '../random.ts'

/** Loaded on first use: its 4 ms are a tenth of a start, and most starts draw nothing. */
function crypto(): typeof NodeCrypto {
  return process.getBuiltinModule('node:crypto')
}

/** Small draws are cut from one large one: asking the system costs 20 us whatever the count. */
const POOL_BYTES = 4_096
const POOLED_BYTES_MAX = 64

let pool = new Uint8Array(0)
let used = 0

function pooledBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    pool = crypto().randomBytes(POOL_BYTES)
    used = 0
  }
  // A copy, since what was drawn belongs to whoever drew it.
  const drawn = Uint8Array.prototype.slice.call(pool, used, used + count)
  // Nobody who reads this memory later learns what was drawn.
  pool.fill(0, used, used + count)
  used += count
  return drawn
}

export const nodeRandom: Random = {
  bytes: (count) => (count <= POOLED_BYTES_MAX ? pooledBytes(count) : crypto().randomBytes(count)),
  below: (limit) => crypto().randomInt(limit)
}
