/** What `createTestBroker` takes, with its defaults; a wrong name is refused with the nearest right one. */
import { NaruError, type Clock, type Timers } from '@naru/base'
import type { Durability } from '@naru/storage'

export interface TestTopic {
  readonly name: string
  /** 1 unless given. */
  readonly partitions?: number
  /** Settings by Kafka's names. */
  readonly configs?: Readonly<Record<string, string>>
}

export interface TestBrokerOptions {
  /** Made before the broker is ready; a name alone has one partition. */
  readonly topics?: readonly (string | TestTopic)[]
  /** A `ManualClock` moves session time-outs, retention and long polls by hand; real time unless given. */
  readonly clock?: Clock & Timers
  /** `memory` unless given; `fsync` and `os` write to a folder of their own that is removed at the end. */
  readonly durability?: Durability
  /** Keeps the data here instead, and leaves it there; for `fsync` and `os`. */
  readonly directory?: string
  /** Broker settings by Kafka's names. `group.initial.rebalance.delay.ms` is 0 unless given. */
  readonly config?: Readonly<Record<string, string>>
  /** 0, a free one, unless given. */
  readonly port?: number
}

const knownOptions: readonly (keyof TestBrokerOptions)[] = [
  'topics',
  'clock',
  'durability',
  'directory',
  'config',
  'port'
]

export function checkOptions(options: TestBrokerOptions): void {
  for (const name of Object.keys(options)) {
    if (knownOptions.some((known) => known === name)) continue
    const nearest = nearestName(name, knownOptions)
    throw new NaruError(
      'UNKNOWN_OPTION',
      `createTestBroker has no option '${name}'; did you mean '${nearest}'?`
    )
  }
}

/** The candidate with the fewest edits. */
export function nearestName(name: string, candidates: readonly string[]): string {
  const distances = candidates.map((candidate) => [editDistance(name, candidate), candidate] as const)
  return distances.reduce((best, next) => (next[0] < best[0] ? next : best), [Infinity, ''] as const)[1]
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change))
    }
    row = next
  }
  return row[b.length] ?? 0
}
