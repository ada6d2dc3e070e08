/** What a list of names has more than once; requests are lists of strangers, so that the time is linear. */
export function repeated<T>(items: Iterable<T>): ReadonlySet<T> {
  const seen = new Set<T>()
  const again = new Set<T>()
  for (const item of items) {
    if (seen.has(item)) again.add(item)
    else seen.add(item)
  }
  return again
}
