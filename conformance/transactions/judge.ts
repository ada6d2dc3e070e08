/** What is wrong with a copy in transactions, by what the copiers were told and what readers were given. */

export interface CopyEvent {
  readonly kind: 'begin' | 'end' | 'session'
  readonly transaction?: string
  readonly outcome?: 'committed' | 'aborted' | 'unknown'
  readonly records?: number
}

/** A record that a reader was given: a copy, or a line of the ledger. */
export interface Seen {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Offset in the same partition of the source. */
  readonly source: number
  readonly transaction: string
  /** Copies in the whole transaction. */
  readonly count: number
}

export interface CopyHistory {
  readonly target: string
  readonly ledger: string
  readonly events: readonly CopyEvent[]
  /** What a reader of committed records was given while it all happened. */
  readonly followed: readonly Seen[]
  /** What such a reader is given at the end. */
  readonly final: readonly Seen[]
  /** Committed positions of the group in the source. */
  readonly positions: ReadonlyMap<number, number>
}

export interface CopyJudgement {
  readonly begun: number
  readonly committed: number
  readonly aborted: number
  readonly unknown: number
  /** Copies that count. */
  readonly copies: number
  readonly torn: number
  readonly abortedVisible: number
  readonly lost: number
  readonly duplicated: number
  readonly reordered: number
  /** Records that were given out once, and are not there; copies that the positions do not cover. */
  readonly other: number
  readonly problems: readonly string[]
}

const problemsMax = 8

export function judgeCopies(history: CopyHistory): CopyJudgement {
  const outcomes = outcomesOf(history.events)
  const copies = history.final.filter(({ topic }) => topic === history.target)
  const problems: string[] = []
  const counted = (found: readonly string[]): number => {
    problems.push(...found)
    return found.length
  }
  return {
    ...countsOf(outcomes),
    begun: history.events.filter(({ kind }) => kind === 'begin').length,
    copies: copies.length,
    torn: counted(torn(history)),
    abortedVisible: counted(abortedVisible(history, outcomes)),
    lost: counted([...missingTransactions(history, outcomes), ...missingCopies(copies, history.positions)]),
    duplicated: counted(duplicates(copies)),
    reordered: counted(disorder(copies)),
    other: counted([...uncovered(copies, history.positions), ...takenBack(history)]),
    problems: problems.slice(0, problemsMax)
  }
}

type Outcomes = ReadonlyMap<string, NonNullable<CopyEvent['outcome']>>

function outcomesOf(events: readonly CopyEvent[]): Outcomes {
  return new Map(
    events.flatMap(({ transaction, outcome }) =>
      transaction === undefined || outcome === undefined ? [] : [[transaction, outcome]]
    )
  )
}

function countsOf(outcomes: Outcomes): { committed: number; aborted: number; unknown: number } {
  const counts = { committed: 0, aborted: 0, unknown: 0 }
  for (const outcome of outcomes.values()) counts[outcome]++
  return counts
}

/** Each transaction is there with all its copies and its line in the ledger. */
function torn({ final, target, ledger }: CopyHistory): string[] {
  return [...Map.groupBy(final, ({ transaction }) => transaction)].flatMap(([transaction, records]) => {
    const count = records[0]?.count ?? 0
    const there = records.filter(({ topic }) => topic === target).length
    const lines = records.filter(({ topic }) => topic === ledger).length
    const isWhole = there === count && lines === (ledger === '' ? 0 : 1)
    return isWhole ? [] : [`${transaction} is torn: ${there} of ${count} copies, ${lines} lines`]
  })
}

function abortedVisible({ final, followed }: CopyHistory, outcomes: Outcomes): string[] {
  const seen = new Set([...final, ...followed].map(({ transaction }) => transaction))
  return [...seen]
    .filter((transaction) => outcomes.get(transaction) === 'aborted')
    .map((transaction) => `${transaction} was aborted and is visible`)
}

function missingTransactions({ final }: CopyHistory, outcomes: Outcomes): string[] {
  const there = new Set(final.map(({ transaction }) => transaction))
  return [...outcomes]
    .filter(([transaction, outcome]) => outcome === 'committed' && !there.has(transaction))
    .map(([transaction]) => `${transaction} was committed and is lost`)
}

function missingCopies(copies: readonly Seen[], positions: ReadonlyMap<number, number>): string[] {
  const there = new Set(copies.map(({ partition, source }) => `${partition}:${source}`))
  return [...positions].flatMap(([partition, end]) =>
    Array.from({ length: end }, (_, source) => `${partition}:${source}`)
      .filter((place) => !there.has(place))
      .map((place) => `${place} of the source is passed over`)
  )
}

function duplicates(copies: readonly Seen[]): string[] {
  const seen = new Set<string>()
  return copies.flatMap(({ partition, source }) => {
    const place = `${partition}:${source}`
    if (seen.has(place)) return [`${place} of the source is there twice`]
    seen.add(place)
    return []
  })
}

function disorder(copies: readonly Seen[]): string[] {
  const last = new Map<number, number>()
  return copies.flatMap(({ partition, offset, source }) => {
    const before = last.get(partition) ?? -1
    last.set(partition, source)
    return source > before ? [] : [`${partition}:${offset} holds ${source} of the source behind ${before}`]
  })
}

/** Positions are committed with the copies: none is behind them. */
function uncovered(copies: readonly Seen[], positions: ReadonlyMap<number, number>): string[] {
  return copies
    .filter(({ partition, source }) => source >= (positions.get(partition) ?? 0))
    .map(({ partition, source }) => `${partition}:${source} is copied and not committed by the group`)
}

function takenBack({ followed, final }: CopyHistory): string[] {
  const keyOf = ({ topic, partition, offset, transaction }: Seen): string =>
    `${topic} ${partition}:${offset} of ${transaction}`
  const there = new Set(final.map(keyOf))
  const gone = followed.map(keyOf).filter((key) => !there.has(key))
  return gone.map((key) => `${key} was given out and is not there`)
}
