/** What the doctor finds in a data folder, and what can be done about it. */

export type FindingKind =
  /** Records that were acknowledged cannot be read. */
  | 'records-lost'
  /** Bytes of the journal that were acknowledged, of records nobody can name. */
  | 'journal-damaged'
  /** The folder cannot be opened at all. */
  | 'refused'
  /** A file beside the records does not check: an index, checksums, a snapshot, a checkpoint. */
  | 'file-damaged'
  /** The last write was torn by a crash; it had not been acknowledged. */
  | 'journal-cut'
  /** Damage that the checksums put right. */
  | 'put-right'

export type Remedy =
  /** Nothing has to be done, or nothing can. */
  | 'none'
  /** The next start, or the next reader, does it. */
  | 'by-itself'
  /** Removing the file lets the engine make it anew. */
  | 'remove-file'
  /** Going on without the records. */
  | 'accept-loss'
  /** Only a backup helps. */
  | 'restore'

export interface Finding {
  readonly kind: FindingKind
  readonly reason: string
  readonly remedy: Remedy
  readonly file?: string
  readonly position?: number
  readonly bytes?: number
  readonly topic?: string
  readonly partition?: number
  readonly fromOffset?: number
  /** One beyond the last one. */
  readonly toOffset?: number
}

/** Findings that are no damage: what a crash leaves, and what the checksums put right for good. */
export function isHarmless({ kind }: Finding): boolean {
  return kind === 'journal-cut' || kind === 'put-right'
}

/** Takes what is found, up to a limit; how much there was is always known. */
export class Findings {
  readonly #max: number
  readonly all: Finding[] = []
  count = 0
  damageCount = 0

  constructor(max: number) {
    this.#max = max
  }

  add(finding: Finding): void {
    this.count++
    if (!isHarmless(finding)) this.damageCount++
    if (this.all.length < this.#max) this.all.push(finding)
  }
}
