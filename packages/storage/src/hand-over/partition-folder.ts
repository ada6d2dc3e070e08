/**
 * Writes one partition as a folder that Apache Kafka serves: `<base offset>.log` files with the batches as they are.
 * Kafka builds the indexes when it starts.
 */
import { writeFully, type Disk, type DiskFile } from '@naru/base'
import { lastOffsetOf, splitBatches, type BatchHeader } from '@naru/protocol'
import { FileKind, segmentPath } from '../segments/segment-names.ts'
import { segmentOffsetsMax } from './limits.ts'

export interface WrittenPartition {
  readonly segments: number
  readonly batches: number
  readonly bytes: number
}

interface OpenSegment {
  readonly file: DiskFile
  readonly baseOffset: number
  /** Written and about to be written. */
  bytes: number
}

export class PartitionFolder {
  readonly #disk: Disk
  readonly #path: string
  readonly #segmentBytes: number
  #open: OpenSegment | undefined
  #pending: { chunks: Uint8Array[]; position: number } = { chunks: [], position: 0 }
  #segments = 0
  #batches = 0
  #bytes = 0

  constructor(disk: Disk, path: string, segmentBytes: number) {
    this.#disk = disk
    this.#path = path
    this.#segmentBytes = segmentBytes
  }

  /** Appends whole batches; they follow each other. */
  async append(chunk: Uint8Array): Promise<void> {
    for (const { at, header } of splitBatches(chunk).batches) {
      const segment = await this.#segmentFor(header)
      this.#pending.chunks.push(chunk.subarray(at, at + header.sizeInBytes))
      segment.bytes += header.sizeInBytes
      this.#batches++
      this.#bytes += header.sizeInBytes
    }
    await this.#flush()
  }

  /** Syncs everything. A partition without records gets an empty segment, which tells where its offsets go on. */
  async finish(endOffset: number): Promise<WrittenPartition> {
    if (this.#open === undefined) await this.#roll(endOffset)
    await this.#close()
    await this.#disk.syncDirectory(this.#path)
    return { segments: this.#segments, batches: this.#batches, bytes: this.#bytes }
  }

  async #segmentFor(header: BatchHeader): Promise<OpenSegment> {
    const open = this.#open
    if (open === undefined) return this.#roll(header.baseOffset)
    const isFull = open.bytes > 0 && open.bytes + header.sizeInBytes > this.#segmentBytes
    const isTooLong = lastOffsetOf(header) - open.baseOffset > segmentOffsetsMax
    return isFull || isTooLong ? this.#roll(header.baseOffset) : open
  }

  async #roll(baseOffset: number): Promise<OpenSegment> {
    await this.#close()
    await this.#disk.makeDirectory(this.#path)
    const file = await this.#disk.open(segmentPath(this.#path, baseOffset, FileKind.log), { mode: 'create' })
    this.#segments++
    this.#pending = { chunks: [], position: 0 }
    this.#open = { file, baseOffset, bytes: 0 }
    return this.#open
  }

  async #flush(): Promise<void> {
    const { chunks, position } = this.#pending
    if (this.#open === undefined || chunks.length === 0) return
    await writeFully(this.#open.file, chunks, position)
    this.#pending = { chunks: [], position: this.#open.bytes }
  }

  async #close(): Promise<void> {
    if (this.#open === undefined) return
    await this.#flush()
    const { file } = this.#open
    this.#open = undefined
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
  }
}
