/** Randomness as an argument, so that a seed repeats a run. */

export interface Random {
  /** `count` unpredictable bytes in a new array. */
  bytes(count: number): Uint8Array
  /** An integer from 0 up to, not including, `limit` (1 to 2^48). */
  below(limit: number): number
}
