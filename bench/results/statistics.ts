/** Medians, spreads and ratios of a few rounds. */

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** The value below which that share of the list lies; NaN for an empty list. */
export function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The middle of the list, or the mean of the two in the middle. */
export function median(list: readonly number[]): number {
  const sorted = list.toSorted((left, right) => left - right)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2
}

export function spread(list: readonly number[]): Spread {
  return { median: median(list), min: Math.min(...list), max: Math.max(...list), count: list.length }
}

/**
 * Compares two systems round by round: what the machine did in a round, it did to both. A round that only one of them
 * finished is left out; undefined when there is no common one.
 */
export function ratios(
  ours: ReadonlyMap<string, number>,
  theirs: ReadonlyMap<string, number>
): Spread | undefined {
  const list = [...ours].flatMap(([round, value]) => {
    const other = theirs.get(round)
    return other === undefined || other === 0 ? [] : [value / other]
  })
  return list.length === 0 ? undefined : spread(list)
}
