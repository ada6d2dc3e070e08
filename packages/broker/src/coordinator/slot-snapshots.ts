/**
 * Decides when a slot is worth a snapshot, and saves it when all that is in it is durable: the state runs ahead
 * of the log, and a snapshot must not remember what the log then does not hold.
 */
import type { Logger } from '@naru/base'
import type { SnapshotStore } from '@naru/storage'
import { SNAPSHOT_RECORD_BYTES_MIN, SNAPSHOT_RECORDS_MIN } from './limits.ts'
import { snapshotName, type LoadedSlot } from './slot-loader.ts'
import type { SlotAddress } from './slot-log.ts'
import type { SlotFormat } from './slot-machine.ts'

export interface SlotSnapshotsOptions<Item, State> {
  readonly store: SnapshotStore
  readonly format: SlotFormat<Item, State>
  readonly address: SlotAddress
  readonly loaded: Pick<LoadedSlot<State>, 'endOffset' | 'replayed'>
  readonly logger: Logger
}

export class SlotSnapshots<Item, State> {
  readonly #options: SlotSnapshotsOptions<Item, State>
  #endOffset: number
  /** Records and bytes since the last snapshot. */
  #records: number
  #bytes = 0
  /** Saves run one after another, so that an older one cannot come last. */
  #saving: Promise<void> = Promise.resolve()

  constructor(options: SlotSnapshotsOptions<Item, State>) {
    this.#options = options
    this.#endOffset = options.loaded.endOffset
    this.#records = options.loaded.replayed
  }

  /** Called when records are handed to the log; an exact state includes them and nothing later. */
  sealed(state: State, recordCount: number, isExact: boolean): ((endOffset: number) => void) | undefined {
    const { format } = this.#options
    this.#records += recordCount
    if (!isExact) return undefined
    // A large state is saved the more seldom, so that saving costs less than appending did.
    const isDue = this.#records >= Math.max(SNAPSHOT_RECORDS_MIN, format.size(state))
    if (!isDue && this.#bytes < SNAPSHOT_RECORD_BYTES_MIN) return undefined
    this.#records = 0
    this.#bytes = 0
    const bytes = format.encodeSnapshot(state)
    return (offset) => this.#save(offset, bytes)
  }

  durable(appended: { readonly endOffset: number; readonly bytes: number }): void {
    this.#endOffset = appended.endOffset
    this.#bytes += appended.bytes
  }

  /** A last snapshot when the slot changed; everything appended is durable. */
  saveLast(state: State): void {
    if (this.#records > 0) this.#save(this.#endOffset, this.#options.format.encodeSnapshot(state))
    this.#records = 0
  }

  /** Resolves when nothing is being saved any more. */
  async whenSaved(): Promise<void> {
    await this.#saving
  }

  #save(offset: number, bytes: Uint8Array): void {
    const { store, format, address, logger } = this.#options
    this.#saving = this.#saving.then(async () => {
      try {
        await store.save(snapshotName(format, address), { offset, bytes })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        logger.log('warn', `${format.name}-snapshot-not-saved`, { slot: address.partition, reason })
      }
    })
  }
}
