/**
 * The names of new partition folders, which one sync of the folder above makes durable for all that were made before
 * it began: ten thousand new partitions would otherwise sync the same folder ten thousand times.
 */
import type { Disk } from '@naru/base'

export class FolderNames {
  readonly #disk: Disk
  /** Names made so far, and those of them that are durable, by the folder above. */
  readonly #counts = new Map<string, { made: number; durable: number }>()

  constructor(disk: Disk) {
    this.#disk = disk
  }

  /** A folder was made below `parent`; `sync` takes the number. */
  made(parent: string): number {
    const counts = this.#countsOf(parent)
    return ++counts.made
  }

  /** Resolves when the name with that number is durable. */
  async sync(parent: string, number: number): Promise<void> {
    const counts = this.#countsOf(parent)
    if (number <= counts.durable) return
    const { made } = counts
    await this.#disk.syncDirectory(parent)
    counts.durable = Math.max(counts.durable, made)
  }

  #countsOf(parent: string): { made: number; durable: number } {
    let counts = this.#counts.get(parent)
    if (counts === undefined) {
      counts = { made: 0, durable: 0 }
      this.#counts.set(parent, counts)
    }
    return counts
  }
}
