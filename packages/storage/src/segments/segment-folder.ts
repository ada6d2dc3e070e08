/**
 * The folder of one partition: made before the first file, durable by its name in the folder above, and emptied by
 * renaming files away before they are removed. Nothing here is durable before the sync that follows.
 */
import type { SegmentContext } from './segment-context.ts'
import { deletedSuffix, parentDirectory, parseSegmentFileName } from './segment-names.ts'
import { isMissingFile, type Segment } from './segment.ts'

const noPaths: readonly string[] = []

export class SegmentFolder {
  readonly path: string
  readonly #context: SegmentContext
  /** It may not be there yet, or hold files of an attempt that nothing knows of. */
  #isNew = true
  /** Of its name while that is not synced, else 0. */
  #nameNumber = 0
  /** Files were made or renamed in it since the last sync. */
  #namesUnsynced = false
  #renamed: readonly string[] = noPaths

  constructor(context: SegmentContext, path: string) {
    this.#context = context
    this.path = path
  }

  /** What a start has found: whether it is there, and files that were renamed away. */
  restored(exists: boolean, renamed: readonly string[]): void {
    this.#isNew = !exists
    this.#renamed = renamed
  }

  get needsSync(): boolean {
    return this.#namesUnsynced
  }

  /** Before the first write. */
  async make(): Promise<void> {
    if (!this.#isNew) return
    const { disk, folderNames } = this.#context
    await disk.makeDirectory(this.path)
    for (const entry of await disk.list(this.path)) {
      if (parseSegmentFileName(entry.name) !== undefined) await disk.remove(`${this.path}/${entry.name}`)
    }
    this.#isNew = false
    this.#nameNumber = folderNames.made(parentDirectory(this.path))
  }

  /** Makes the files durable, their names, and the name of the folder. */
  async sync(segments: readonly Segment[]): Promise<void> {
    const { disk, folderNames } = this.#context
    for (const segment of segments) {
      this.#namesUnsynced ||= segment.hasNewNames
      await segment.sync(this.#context)
    }
    if (this.#namesUnsynced) await disk.syncDirectory(this.path)
    this.#namesUnsynced = false
    if (this.#nameNumber > 0) await folderNames.sync(parentDirectory(this.path), this.#nameNumber)
    this.#nameNumber = 0
  }

  /** The .log goes first: without it a start takes the segment for dropped, whatever else is left of it. */
  async renameAway(segment: Segment): Promise<void> {
    const { index, timeIndex, sidecar, transactionIndex } = segment
    const entryFiles = [index, timeIndex, sidecar, transactionIndex].filter((file) => file.fileBytes > 0)
    for (const path of [segment.logPath, ...entryFiles.map((file) => file.path)]) {
      try {
        await this.#context.disk.rename(path, path + deletedSuffix)
        this.#renamed = [...this.#renamed, path + deletedSuffix]
      } catch (error) {
        if (!isMissingFile(error)) throw error
      }
    }
    this.#namesUnsynced = true
  }

  /** Removes what was renamed away. */
  async purge(): Promise<void> {
    const renamed = this.#renamed
    this.#renamed = noPaths
    for (const path of renamed) await this.#context.disk.remove(path)
  }

  /** Removes it with everything in it. */
  async remove(): Promise<void> {
    const { disk } = this.#context
    this.#renamed = noPaths
    this.#isNew = true
    this.#namesUnsynced = false
    try {
      for (const entry of await disk.list(this.path)) await disk.remove(`${this.path}/${entry.name}`)
    } catch (error) {
      if (!isMissingFile(error)) throw error
    }
    await disk.removeDirectory(this.path)
  }
}
