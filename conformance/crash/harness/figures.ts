/** How the report writes counts, shares, days and commits. */

interface Dated {
  readonly date: string
  readonly commit: string
}

export const figure = (value: number): string => Math.round(value).toLocaleString('en-US')

export const total = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((sum, row) => sum + value(row), 0)

/** What was done of what was planned. */
export const share = (count: number, planned: number): string =>
  count < planned ? `${figure(count)} of ${figure(planned)}` : figure(count)

export const shortCommit = (commit: string): string => commit.slice(0, 10)

/** The commits of some rows in the order of their dates, each with how much was done at it. */
export function commits<T extends Dated>(rows: readonly T[], value: (row: T) => number): string {
  const counts = new Map<string, number>()
  for (const row of rows.toSorted((a, b) => a.date.localeCompare(b.date))) {
    const commit = shortCommit(row.commit)
    counts.set(commit, (counts.get(commit) ?? 0) + value(row))
  }
  const only = counts.size === 1
  return [...counts].map(([commit, count]) => (only ? commit : `${commit}: ${figure(count)}`)).join(', ')
}

const minute = (date: string): string => date.slice(0, 16).replace('T', ' ')

/** From the first to the last of some rows, in UTC. */
export function period(rows: readonly Dated[]): string {
  const dates = rows.map(({ date }) => minute(date)).toSorted()
  return `${dates[0] ?? '-'} to ${dates.at(-1) ?? '-'}`
}
