/** Reads every partition from its start to its end, as consumers would, and notes the offsets that cannot be read. */
import { lastOffsetOf, splitBatches } from '@naru/protocol'
import type { Storage } from '../ports/index.ts'
import type { Finding } from './finding.ts'
import { examinedReadBytes } from './limits.ts'

export interface LogTotals {
  topics: number
  partitions: number
  bytes: number
  batches: number
}

export async function checkLogs(
  storage: Storage,
  options: {
    readonly pace: (bytes: number) => Promise<void> | undefined
    readonly found: (finding: Finding) => void
  }
): Promise<LogTotals> {
  const totals: LogTotals = { topics: 0, partitions: 0, bytes: 0, batches: 0 }
  for (const { name, topicId, partitionCount } of storage.metadata.image.topicsByName.values()) {
    totals.topics++
    for (let partition = 0; partition < partitionCount; partition++) {
      totals.partitions++
      const reader = new PartitionReader(storage, { topic: name, topicId, partition }, totals)
      await reader.run(options.pace, options.found)
    }
  }
  return totals
}

interface Place {
  readonly topic: string
  readonly topicId: Parameters<Storage['log']['state']>[0]
  readonly partition: number
}

/** What one read has told of. */
interface Stretch {
  /** Nothing of it can be read. */
  readonly isLost: boolean
  /** Behind it. */
  readonly offset: number
  readonly bytes: number
}

class PartitionReader {
  readonly #storage: Storage
  readonly #place: Place
  readonly #totals: LogTotals
  #lostFrom: number | undefined

  constructor(storage: Storage, place: Place, totals: LogTotals) {
    this.#storage = storage
    this.#place = place
    this.#totals = totals
  }

  async run(
    pace: (bytes: number) => Promise<void> | undefined,
    found: (finding: Finding) => void
  ): Promise<void> {
    const { topicId, partition } = this.#place
    const state = this.#storage.log.state(topicId, partition)
    if (state === undefined) return
    let offset = state.logStartOffset
    while (offset < state.highWatermark) {
      const next = await this.#read(offset)
      if (next.isLost) this.#lostFrom ??= offset
      else this.#tell(offset, found)
      await pace(next.bytes)
      if (next.offset === offset) break
      offset = next.offset
    }
    this.#tell(state.highWatermark, found)
  }

  async #read(offset: number): Promise<Stretch> {
    const { topicId, partition } = this.#place
    const wanted = { topicId, partition, offset, maxBytes: examinedReadBytes, minOneBatch: true }
    const result = await this.#storage.log.read({ ...wanted, isolation: 'read-uncommitted' })
    if (result.kind !== 'records') {
      const behind = result.kind === 'corrupt' ? result.nextOffset : 0
      return { isLost: true, offset: Math.max(offset + 1, behind), bytes: 0 }
    }
    let end = offset
    for (const chunk of result.chunks) {
      for (const { header } of splitBatches(chunk).batches) {
        end = lastOffsetOf(header) + 1
        this.#totals.batches++
      }
    }
    this.#totals.bytes += result.bytes
    return { isLost: false, offset: end, bytes: result.bytes }
  }

  /** Ends the stretch of lost offsets, if one is open. */
  #tell(toOffset: number, found: (finding: Finding) => void): void {
    const fromOffset = this.#lostFrom
    if (fromOffset === undefined) return
    this.#lostFrom = undefined
    const { topic, partition } = this.#place
    found({
      kind: 'records-lost',
      reason: 'the records cannot be read',
      remedy: 'restore',
      topic,
      partition,
      fromOffset,
      toOffset
    })
  }
}
