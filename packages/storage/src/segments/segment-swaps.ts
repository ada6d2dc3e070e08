/**
 * Puts segments that compaction has written into the place of those that they were made of, so that a crash at
 * any point leaves either the old ones or the new ones:
 *
 * 1. the new files lie beside the old ones, synced, under names of their own (`.g<generation>.cleaned`);
 * 2. a checkpoint names the new segments, and from now on a start takes them;
 * 3. the old files are renamed (`.g<generation>.deleted`), the folder is synced, the new ones get their names,
 *    the folder is synced again;
 * 4. the old files are removed when `file.delete.delay.ms` has passed and the checkpoint before the last one, to
 *    which a start may have to go back, names the new segments, too.
 *
 * Before step 2 nothing has happened but files that nobody knows. A start does step 3 where it was not done, and
 * undoes it when it has to go back (see `segment-generations.ts`).
 */
import type { SegmentContext } from './segment-context.ts'
import { asideSuffix, stagedSuffix } from './segment-names.ts'
import { isMissingFile, type Segment } from './segment.ts'
import type { SegmentManifest } from './segments-manifest.ts'

export interface Replacement {
  /** In order, without gaps between them in the list of segments. */
  readonly old: readonly Segment[]
  readonly cleaned: Segment
}

interface Staged extends Replacement {
  /** A manifest tells of it, which a checkpoint may have noted. */
  noted: boolean
}

interface AsideFile {
  readonly path: string
  readonly sinceMs: number
  /** Checkpoints that were noted since. */
  checkpoints: number
}

export class SegmentSwaps {
  readonly #context: SegmentContext
  readonly #directory: string
  #staged: Staged[] = []
  #aside: AsideFile[] = []
  /** Settled when the files of a swap have their names; readers wait for it. */
  moving: Promise<void> | undefined

  constructor(context: SegmentContext, directory: string) {
    this.#context = context
    this.#directory = directory
  }

  /** Whether a further checkpoint is needed here. */
  get needsCheckpoint(): boolean {
    return this.hasStaged || this.#aside.some((file) => file.checkpoints === 0)
  }

  get hasStaged(): boolean {
    return this.#staged.length > 0
  }

  /** Takes over files that a start has found; a checkpoint before may still name them. */
  keepAside(paths: readonly string[]): void {
    const sinceMs = this.#context.clock.monotonicMs()
    const known = new Set(this.#aside.map((file) => file.path))
    for (const path of paths) if (!known.has(path)) this.#aside.push({ path, sinceMs, checkpoints: 0 })
  }

  /** The folder is gone. */
  forget(): void {
    this.#staged = []
    this.#aside = []
  }

  stage(replacement: Replacement): void {
    this.#staged.push({ ...replacement, noted: false })
  }

  /** Whether a replacement of the segment waits that a checkpoint may name. */
  isNoted(segment: Segment): boolean {
    return this.#staged.some((one) => one.noted && one.old.includes(segment))
  }

  /** Whether a replacement of the segment waits for a checkpoint. */
  isStaged(segment: Segment): boolean {
    return this.#staged.some(({ old }) => old.includes(segment))
  }

  /**
   * Gives everything up that waits; no checkpoint knows of it. One replacement never goes alone: the others of its
   * pass may leave out tombstones whose older values only this one leaves out.
   */
  async cancel(): Promise<void> {
    const given = this.#staged
    this.#staged = []
    for (const { cleaned } of given) await removeSegment(this.#context, cleaned)
  }

  /** What a checkpoint notes: the new segments in place of the old ones. */
  note(segments: readonly Segment[]): SegmentManifest[] {
    const noted: SegmentManifest[] = []
    for (const segment of segments) {
      const staged = this.#staged.find(({ old }) => old.includes(segment))
      if (staged === undefined) {
        if (segment.durable !== undefined) noted.push(segment.durable)
      } else if (staged.old[0] === segment) {
        noted.push(manifestOf(staged))
        staged.noted = true
      }
    }
    return noted
  }

  /** After a checkpoint: moves what it named into place; gives the list of segments as it is then. */
  async finish(segments: readonly Segment[]): Promise<readonly Segment[]> {
    const noted = this.#staged.filter((one) => one.noted)
    if (noted.length === 0) return segments
    for (const { old } of noted) for (const segment of old) segment.replaced = true
    const moving = this.#move(noted)
    // Readers get the failure; nobody may be waiting.
    moving.catch(() => undefined)
    this.moving = moving
    await moving
    this.#staged = this.#staged.filter((one) => !noted.includes(one))
    const moved = segments.flatMap((segment) => {
      const found = noted.find(({ old }) => old.includes(segment))
      if (found === undefined) return [segment]
      return found.old[0] === segment ? [found.cleaned] : []
    })
    this.moving = undefined
    return moved
  }

  async #move(noted: readonly Staged[]): Promise<void> {
    const { disk, failpoint } = this.#context
    await failpoint?.('compaction-swap')
    for (const { old } of noted) for (const segment of old) await this.#putAside(segment)
    await disk.syncDirectory(this.#directory)
    await failpoint?.('compaction-aside')
    for (const { cleaned } of noted) {
      const suffix = stagedSuffix(cleaned.generation)
      for (const path of cleaned.paths) await renameExisting(disk, path, path.slice(0, -suffix.length))
    }
    await disk.syncDirectory(this.#directory)
    // Only now: a failure before leaves everything as it was, to be tried again.
    for (const { cleaned } of noted) cleaned.unstaged(this.#context)
    await failpoint?.('compaction-swapped')
  }

  async #putAside(segment: Segment): Promise<void> {
    const { context, suffix } = { context: this.#context, suffix: asideSuffix(segment.generation) }
    const paths = segment.paths
    segment.dropped = true
    segment.forget(context)
    for (const path of paths) await renameExisting(context.disk, path, path + suffix)
    this.keepAside(paths.map((path) => path + suffix))
  }

  /** A checkpoint was made: files that were put aside before it are needed no longer. */
  countCheckpoint(): void {
    for (const file of this.#aside) file.checkpoints++
  }

  /** Removes the old files that no checkpoint names any more and whose delay has passed. */
  async purge(delayMs: number): Promise<void> {
    const nowMs = this.#context.clock.monotonicMs()
    const due = this.#aside.filter((file) => file.checkpoints >= 1 && nowMs - file.sinceMs >= delayMs)
    if (due.length === 0) return
    await this.#context.failpoint?.('compaction-purge')
    this.#aside = this.#aside.filter((file) => !due.includes(file))
    for (const { path } of due) await this.#context.disk.remove(path)
  }
}

function manifestOf({ old, cleaned }: Staged): SegmentManifest {
  const replaces = old.map(({ baseOffset, generation }) => ({ baseOffset, generation }))
  return { ...(cleaned.durable as SegmentManifest), replaces }
}

/** Removes the files of a segment that nobody reads. */
export async function removeSegment(context: SegmentContext, segment: Segment): Promise<void> {
  const { paths } = segment
  segment.forget(context)
  for (const path of paths) await context.disk.remove(path)
}

/** One that is not there was renamed before, by an attempt that failed later. */
async function renameExisting(disk: SegmentContext['disk'], from: string, to: string): Promise<void> {
  try {
    await disk.rename(from, to)
  } catch (error) {
    if (!isMissingFile(error)) throw error
  }
}
