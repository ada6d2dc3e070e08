/** Snapshots of the engine that keeps nothing. */
import type { Snapshot, SnapshotStore } from '../ports/index.ts'

export class MemorySnapshotStore implements SnapshotStore {
  readonly #snapshots = new Map<string, Snapshot>()

  save(name: string, snapshot: Snapshot): Promise<void> {
    this.#snapshots.set(name, { offset: snapshot.offset, bytes: Buffer.from(snapshot.bytes) })
    return Promise.resolve()
  }

  load(name: string): Promise<Snapshot | undefined> {
    return Promise.resolve(this.#snapshots.get(name))
  }

  remove(name: string): Promise<void> {
    this.#snapshots.delete(name)
    return Promise.resolve()
  }
}
