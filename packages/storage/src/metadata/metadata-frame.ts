/** A change of the metadata on its way through the journal: its records as JSON, numbered by version. */
import { DecodeError } from '@naru/base'
import { FrameKind, FrameState, noTopicId, type JournalFrame } from '../journal/commit-log.ts'
import type { MetadataImage, MetadataRecord } from '../ports/index.ts'

export interface MetadataFrameFields {
  readonly records: readonly MetadataRecord[]
  readonly before: MetadataImage
  readonly after: MetadataImage
  readonly appendTimeMs: number
}

export interface MetadataFrameOwner {
  durable(frame: MetadataFrame): void
  failed(frame: MetadataFrame): void
}

export class MetadataFrame implements JournalFrame {
  readonly kind: FrameKind = FrameKind.metadata
  readonly topicId: Uint8Array = noTopicId
  readonly partition: number = 0
  readonly leaderEpoch: number = 0
  /** Version of the image before the first record. */
  readonly baseOffset: number
  readonly lastOffset: number
  readonly appendTimeMs: number
  readonly payload: Uint8Array
  readonly records: readonly MetadataRecord[]
  readonly before: MetadataImage
  readonly after: MetadataImage
  readonly #owner: MetadataFrameOwner
  state: FrameState
  failure: string

  constructor(owner: MetadataFrameOwner, fields: MetadataFrameFields) {
    this.#owner = owner
    this.records = fields.records
    this.before = fields.before
    this.after = fields.after
    this.baseOffset = fields.before.version
    this.lastOffset = fields.after.version - 1
    this.appendTimeMs = fields.appendTimeMs
    this.payload = Buffer.from(JSON.stringify(fields.records))
    this.state = FrameState.pending
    this.failure = ''
  }

  onDurable(_position: number): void {
    this.state = FrameState.durable
    this.#owner.durable(this)
  }

  onFailed(code: string): void {
    this.state = FrameState.failed
    this.failure = code
    this.#owner.failed(this)
  }
}

/** The records of a frame whose checksum held. */
export function decodeMetadataRecords(payload: Uint8Array): readonly MetadataRecord[] {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')
  const records: unknown = JSON.parse(text)
  if (!Array.isArray(records)) throw new DecodeError('BAD_VALUE')
  return records as readonly MetadataRecord[]
}
