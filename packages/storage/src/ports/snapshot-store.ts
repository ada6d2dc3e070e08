/**
 * The port of snapshots: what a coordinator remembers of a partition of an internal topic up to an offset, so
 * that a start replays only what came after. Losing one costs time, never data.
 */

export interface Snapshot {
  /** Records below this offset are contained. */
  readonly offset: number
  readonly bytes: Uint8Array
}

export interface SnapshotStore {
  /** Durable when it resolves; the previous one is kept until then, and once more as a fallback. */
  save(name: string, snapshot: Snapshot): Promise<void>
  /** The newest one whose checksum holds; undefined when there is none. */
  load(name: string): Promise<Snapshot | undefined>
  remove(name: string): Promise<void>
}
