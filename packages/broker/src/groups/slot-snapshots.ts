/**
 * Decides when a slot is worth a snapshot, and saves it when all that is in it is durable: the state runs ahead
 * of the log, and a snapshot must not remember what the log then does not hold.
 */
import type { Logger } from '@naru/base'
import type { SnapshotStore } from '@naru/storage'
import { SNAPSHOT_RECORD_BYTES_MIN, SNAPSHOT_RECORDS_MIN } from './limits.ts'
import { snapshotName, type LoadedSlot } from './slot-loader.ts'
import type { SlotAddress } from './slot-log.ts'
import { encodeSnapshot } from './slot-snapshot.ts'
import type { SlotState } from './state.ts'

export class SlotSnapshots {
  readonly #store: SnapshotStore
  readonly #address: SlotAddress
  readonly #logger: Logger
  #endOffset: number
  /** Records and bytes since the last snapshot. */
  #records: number
  #bytes = 0
  /** Saves run one after another, so that an older one cannot come last. */
  #saving: Promise<void> = Promise.resolve()

  constructor(options: {
    store: SnapshotStore
    address: SlotAddress
    loaded: Pick<LoadedSlot, 'endOffset' | 'replayed'>
    logger: Logger
  }) {
    this.#store = options.store
    this.#address = options.address
    this.#logger = options.logger
    this.#endOffset = options.loaded.endOffset
    this.#records = options.loaded.replayed
  }

  /** Called when records are handed to the log, with the state that includes them and nothing later. */
  sealed(state: SlotState, recordCount: number): ((endOffset: number) => void) | undefined {
    this.#records += recordCount
    // A large state is saved the more seldom, so that saving costs less than appending did.
    const isDue = this.#records >= Math.max(SNAPSHOT_RECORDS_MIN, state.size)
    if (!isDue && this.#bytes < SNAPSHOT_RECORD_BYTES_MIN) return undefined
    this.#records = 0
    this.#bytes = 0
    const bytes = encodeSnapshot(state)
    return (offset) => this.#save(offset, bytes)
  }

  durable(appended: { readonly endOffset: number; readonly bytes: number }): void {
    this.#endOffset = appended.endOffset
    this.#bytes += appended.bytes
  }

  /** A last snapshot when the slot changed; everything appended is durable. */
  async saveLast(state: SlotState): Promise<void> {
    if (this.#records > 0) this.#save(this.#endOffset, encodeSnapshot(state))
    this.#records = 0
    await this.#saving
  }

  #save(offset: number, bytes: Uint8Array): void {
    this.#saving = this.#saving.then(async () => {
      try {
        await this.#store.save(snapshotName(this.#address), { offset, bytes })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        this.#logger.log('warn', 'group-snapshot-not-saved', { slot: this.#address.partition, reason })
      }
    })
  }
}
