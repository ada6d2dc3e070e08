/**
 * One mistake, a realistic one, as texts to be found and replaced: what is found has to stand in the file exactly once, so
 * that a mistake that no longer fits the code is noticed.
 */

export interface Change {
  readonly file: string
  readonly find: string
  readonly instead: string
}

export interface Mistake {
  readonly name: string
  readonly says: string
  readonly changes: readonly Change[]
  /** Tests that see it sooner than the simulation does. */
  readonly tests?: readonly string[]
}
