/**
 * Batches that are in segments already and still in memory, for readers who are a little behind: what was written out
 * went past the page cache, so that they would read it from the disk. The oldest of all partitions go first, and all
 * go before the tails lack room.
 *
 * Those of one partition follow each other without a gap, so that a reader who finds the first misses none.
 */
import type { PartitionLog } from './partition-log.ts'
import type { TailBatch } from './tail-batch.ts'
import { Tail } from './tail.ts'

/** Objects of a batch and of its bytes, about; small batches must not fill the heap. */
const objectBytes = 512

/** Batches that one write took to a segment. */
interface Piece {
  readonly log: PartitionLog
  readonly count: number
  readonly bytes: number
}

export class RecentBatches {
  /** Memory of all of them. */
  bytes = 0
  /** In the order of their writes. */
  #pieces: Piece[] = []

  /** The oldest batches of a tail have come into the segments and are about to leave it. */
  keep(log: PartitionLog, batches: readonly TailBatch[]): void {
    const [first] = batches
    if (first === undefined) return
    const { recent } = log
    if (recent !== undefined && recent.at(recent.count - 1).lastOffset + 1 !== first.baseOffset)
      this.forget(log)
    const tail = (log.recent ??= new Tail())
    let bytes = 0
    for (const batch of batches) {
      tail.push(batch)
      bytes += batch.pinnedBytes + objectBytes
    }
    this.#pieces.push({ log, count: batches.length, bytes })
    this.bytes += bytes
  }

  /** Drops the oldest until no more than so much is left. */
  shrinkTo(bytesMax: number): void {
    let dropped = 0
    while (this.bytes > bytesMax && dropped < this.#pieces.length) {
      const { log, count, bytes } = this.#pieces[dropped] as Piece
      log.recent?.dropFirst(count)
      if (log.recent?.count === 0) log.recent = undefined
      this.bytes -= bytes
      dropped++
    }
    if (dropped > 0) this.#pieces.splice(0, dropped)
  }

  /** The partition is gone, or what is in its segments is no longer the same. */
  forget(log: PartitionLog): void {
    if (log.recent === undefined) return
    // Their memory is given back, too.
    log.recent.dropFirst(log.recent.count)
    log.recent = undefined
    this.#pieces = this.#pieces.filter((piece) => {
      if (piece.log === log) this.bytes -= piece.bytes
      return piece.log !== log
    })
  }
}
