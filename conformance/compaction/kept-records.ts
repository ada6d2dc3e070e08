/** What a compacted topic has to hold, by what was acknowledged, and what is wrong with what it holds. */
import type { KeyedRecord, RecordToKeep } from './keyed-topic.ts'

export class KeptRecords {
  readonly problems: string[] = []
  acknowledged = 0
  /** Last values of keys that are gone. */
  lost = 0
  /** Keys that were deleted and have an older value. */
  resurrected = 0
  /** Records that nobody sent to where they are. */
  foreign = 0
  /** What was acknowledged, or has been seen after a restart, by its offset. */
  readonly #acked = new Map<number, RecordToKeep>()
  /** Sent, and not answered before a kill. */
  #doubtful: readonly RecordToKeep[] = []

  acknowledge(baseOffset: number, records: readonly RecordToKeep[]): void {
    for (const [index, record] of records.entries()) this.#acked.set(baseOffset + index, record)
    this.acknowledged += records.length
  }

  doubt(records: readonly RecordToKeep[]): void {
    this.#doubtful = [...this.#doubtful, ...records]
  }

  /** Compares with everything that can be read after a restart. */
  verify(read: readonly KeyedRecord[]): void {
    for (const record of read) {
      if (this.#known(record)) continue
      this.foreign++
      this.problems.push(`what is at ${record.offset} was never sent there`)
    }
    this.#doubtful = []
    const left = new Set(read.map(({ offset }) => offset))
    const seen = new Set(read.map(({ key }) => key))
    for (const [key, offset] of this.#newest()) {
      if (left.has(offset)) continue
      if (this.#acked.get(offset)?.value !== null) {
        this.lost++
        this.problems.push(`the last value of ${key}, at ${offset}, is lost`)
      } else if (seen.has(key)) {
        this.resurrected++
        this.problems.push(`${key} came back: its tombstone at ${offset} is gone`)
      }
    }
  }

  #newest(): ReadonlyMap<string, number> {
    const newest = new Map<string, number>()
    for (const [offset, { key }] of this.#acked) newest.set(key, Math.max(offset, newest.get(key) ?? -1))
    return newest
  }

  /** Whether the record was sent; one that was in doubt is known from now on. */
  #known({ offset, key, value }: KeyedRecord): boolean {
    const one = this.#acked.get(offset)
    if (one !== undefined) return one.key === key && one.value === value
    const found = this.#doubtful.find((record) => record.key === key && record.value === value)
    if (found !== undefined) this.#acked.set(offset, found)
    return found !== undefined
  }
}
