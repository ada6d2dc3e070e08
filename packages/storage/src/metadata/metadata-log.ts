/**
 * The `MetadataStore` of both engines: changes are decided against the newest image, including what is still
 * on its way to the journal, and become visible in order when they are durable.
 */
import { NaruError, type Clock } from '@naru/base'
import { FrameState, type CommitLog } from '../journal/commit-log.ts'
import type { MetadataChange, MetadataImage, MetadataRecord, MetadataStore } from '../ports/index.ts'
import { ImageBuilder } from './image.ts'
import { MetadataFrame, type MetadataFrameOwner } from './metadata-frame.ts'

export interface MetadataLogOptions {
  readonly clock: Clock
  readonly commits: CommitLog
  readonly image: MetadataImage
  readonly refusal: () => string | undefined
  /** Records were decided; their frame is on its way. */
  readonly decided: (records: readonly MetadataRecord[]) => void
  /** Records that were decided failed, the newest first. */
  readonly undone: (records: readonly MetadataRecord[]) => void
  /** The image was replaced; called before the watchers. */
  readonly changed: (change: MetadataChange) => void
  /** The watchers know of the change. */
  readonly announced: (change: MetadataChange) => void
}

export class MetadataLog implements MetadataStore, MetadataFrameOwner {
  readonly #options: MetadataLogOptions
  #image: MetadataImage
  #newest: MetadataImage
  readonly #listeners = new Set<(change: MetadataChange) => void>()

  constructor(options: MetadataLogOptions) {
    this.#options = options
    this.#image = options.image
    this.#newest = options.image
  }

  get image(): MetadataImage {
    return this.#image
  }

  async change<T>(
    decide: (image: MetadataImage) => { readonly records: readonly MetadataRecord[]; readonly answer: T }
  ): Promise<T> {
    const decidedOn = this.#newest
    const { records, answer } = decide(decidedOn)
    if (records.length === 0) {
      await this.#whenDurable(decidedOn)
      return answer
    }
    const refusal = this.#options.refusal()
    if (refusal !== undefined) throw storageError(refusal)
    const frame = this.#frame(records)
    await this.#options.commits.add(frame).settled
    if (frame.state !== FrameState.durable) throw storageError(frame.failure)
    return answer
  }

  /** An answer that writes nothing speaks of what others wrote, which may not be durable yet, or never become so. */
  async #whenDurable(image: MetadataImage): Promise<void> {
    if (this.#image.version >= image.version) return
    await this.#options.commits.current?.settled
    if (this.#image.version < image.version) throw storageError('what it was decided on was not made durable')
  }

  #frame(records: readonly MetadataRecord[]): MetadataFrame {
    const before = this.#newest
    const builder = new ImageBuilder(before)
    for (const record of records) builder.apply(record)
    const after = builder.build()
    this.#newest = after
    this.#options.decided(records)
    return new MetadataFrame(this, { records, before, after, appendTimeMs: this.#options.clock.wallMs() })
  }

  watch(listener: (change: MetadataChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  durable(frame: MetadataFrame): void {
    this.#image = frame.after
    const change: MetadataChange = { records: frame.records, image: frame.after }
    this.#options.changed(change)
    for (const listener of Array.from(this.#listeners)) listener(change)
    this.#options.announced(change)
  }

  failed(frame: MetadataFrame): void {
    this.#newest = frame.before
    this.#options.undone(frame.records)
  }
}

function storageError(cause: string): NaruError {
  return new NaruError('KAFKA_STORAGE_ERROR', `the change could not be made durable: ${cause}`, {
    retriable: true,
    cause
  })
}
