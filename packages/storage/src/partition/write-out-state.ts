/** What the engine with segments keeps for a partition that has batches which are not yet synced there. */

export class WriteOutState {
  /** Monotonic time of the first append since the tail was empty, and of the last one. */
  firstMs: number
  lastMs: number
  /** Journal position of the first batch in segments that is not synced there; 0 when all are. */
  unsyncedFrom = 0
  unsyncedBytes = 0
  /** A write to the segments is on its way, so that the tail stays as it is. */
  busy = false

  constructor(nowMs: number) {
    this.firstMs = nowMs
    this.lastMs = nowMs
  }
}
