/**
 * Compares the files of one segment with each other: the blocks of the .log with their checksums, and the entries of
 * the indexes with the batches that they name. Readers notice what they stumble over; this looks at everything.
 */
import { errorCode, readFully, type Disk, type DiskFile } from '@naru/base'
import { batchHeaderBytes, crc32c } from '@naru/protocol'
import { batchBytesAt, isPlausibleAt, lastOffsetAt, maxTimestampAt } from '../segments/batch-fields.ts'
import { blockSum } from '../segments/block-sum.ts'
import { blockBytes } from '../segments/limits.ts'
import { offsetEntryBytes, offsetEntryOffset, offsetEntryPosition } from '../segments/offset-index.ts'
import { FileKind, segmentPath } from '../segments/segment-names.ts'
import type { SegmentManifest } from '../segments/segments-manifest.ts'
import { encodeSidecarHeader, sidecarEntryCrc, sidecarHeaderBytes } from '../segments/sidecar.ts'
import { timeEntryBytes, timeEntryOffset, timeEntryTimestamp } from '../segments/time-index.ts'
import type { Finding } from './finding.ts'
import { readStart } from './whole-file.ts'

const windowBytes = 16 * blockBytes

export interface CheckedSegment {
  readonly disk: Disk
  readonly directory: string
  readonly manifest: SegmentManifest
  /** Bytes are about to be read; lets a caller hold a rate, or say how far it is. */
  readonly pace: (bytes: number) => Promise<void> | undefined
}

/** What does not match. Damage to records is told by the block; which offsets it costs, only reading tells. */
export async function checkSegment(segment: CheckedSegment): Promise<Finding[]> {
  const { disk, directory, manifest } = segment
  const path = segmentPath(directory, manifest.baseOffset, FileKind.log)
  let file: DiskFile
  try {
    file = await disk.open(path, { mode: 'read' })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EIO') throw error
    return [{ kind: 'file-damaged', reason: 'the file cannot be opened', remedy: 'none', file: path }]
  }
  try {
    const check = new SegmentCheck(segment, file)
    return await check.run()
  } finally {
    await file.close()
  }
}

class SegmentCheck {
  readonly #segment: CheckedSegment
  readonly #file: DiskFile
  readonly #findings: Finding[] = []
  #sidecar: Buffer | undefined
  #index: Entries | undefined
  #timeIndex: Entries | undefined
  #rest: Buffer = Buffer.alloc(0)
  /** Where the next batch begins; undefined once the batches cannot be followed any more. */
  #restAt: number | undefined = 0
  #nextOffset: number

  constructor(segment: CheckedSegment, file: DiskFile) {
    this.#segment = segment
    this.#file = file
    this.#nextOffset = segment.manifest.baseOffset
  }

  async run(): Promise<Finding[]> {
    const { manifest, pace } = this.#segment
    const { indexBytes, timeIndexBytes, waiting = {} } = manifest
    this.#sidecar = withWaiting(await this.#sidecarEntries(), waiting.sidecar)
    this.#index = await this.#entries(FileKind.index, indexBytes, offsetEntryBytes, waiting.index)
    this.#timeIndex = await this.#entries(
      FileKind.timeIndex,
      timeIndexBytes,
      timeEntryBytes,
      waiting.timeIndex
    )
    await this.#checkTransactions()
    for (let at = 0; at < manifest.logBytes; at += windowBytes) {
      const bytes = Buffer.allocUnsafe(Math.min(windowBytes, manifest.logBytes - at))
      await pace(bytes.byteLength)
      const read = await readFully(this.#file, bytes, at).catch(() => 0)
      bytes.fill(0, read)
      this.#checkBlocks(bytes, at)
      this.#walk(bytes, at)
    }
    if (this.#restAt !== undefined) {
      this.#index?.end()
      this.#timeIndex?.end()
    }
    for (const entries of [this.#index, this.#timeIndex]) {
      if (entries?.isWrong === true)
        this.#damaged(entries.path, 'an entry does not match the records', 'remove-file')
    }
    return this.#findings
  }

  #damaged(file: string, reason: string, remedy: Finding['remedy'], position?: number): void {
    const finding: Finding = { kind: 'file-damaged', reason, remedy, file }
    this.#findings.push(position === undefined ? finding : { ...finding, position })
  }

  async #sidecarEntries(): Promise<Buffer | undefined> {
    const { manifest } = this.#segment
    if (manifest.sidecarBytes === 0) return manifest.waiting?.sidecar === undefined ? undefined : noEntries
    const path = this.#path(FileKind.sidecar)
    const bytes = await readStart(this.#segment.disk, path, manifest.sidecarBytes)
    const header = encodeSidecarHeader(manifest.baseOffset)
    if (bytes === undefined || !bytes.subarray(0, sidecarHeaderBytes).equals(header)) {
      this.#damaged(path, 'missing, short, or its header does not check', 'none')
      return undefined
    }
    return bytes.subarray(sidecarHeaderBytes)
  }

  async #entries(
    kind: FileKind,
    bytes: number,
    entryBytes: number,
    waiting: string | undefined
  ): Promise<Entries | undefined> {
    const path = this.#path(kind)
    const onDisk = bytes === 0 ? noEntries : await readStart(this.#segment.disk, path, bytes)
    const content = withWaiting(onDisk, waiting)
    if (content !== undefined) return new Entries(path, content, entryBytes)
    this.#damaged(path, 'missing or short', 'by-itself')
    return undefined
  }

  async #checkTransactions(): Promise<void> {
    const { transactionIndexBytes = 0, transactionIndexCrc = 0 } = this.#segment.manifest
    if (transactionIndexBytes === 0) return
    const path = this.#path(FileKind.transactionIndex)
    const content = await readStart(this.#segment.disk, path, transactionIndexBytes)
    if (content !== undefined && crc32c(content) === transactionIndexCrc) return
    this.#damaged(path, 'missing, short, or its checksum does not match', 'by-itself')
  }

  #path(kind: FileKind): string {
    return segmentPath(this.#segment.directory, this.#segment.manifest.baseOffset, kind)
  }

  #checkBlocks(bytes: Buffer, from: number): void {
    const { baseOffset } = this.#segment.manifest
    for (let at = 0; at < bytes.byteLength; at += blockBytes) {
      const block = (from + at) / blockBytes
      const end = Math.min(bytes.byteLength, at + blockBytes)
      const expected = this.#expectedCrc(block, end - at)
      if (expected === undefined) {
        if (this.#sidecar === undefined) continue
        this.#damaged(this.#path(FileKind.sidecar), `entry ${block} does not check`, 'none')
      } else if (blockSum(bytes, at, end) !== expected) {
        const path = segmentPath(this.#segment.directory, baseOffset, FileKind.log)
        this.#damaged(path, 'a block does not match its checksum', 'none', from + at)
      }
    }
  }

  #expectedCrc(block: number, bytes: number): number | undefined {
    const { manifest } = this.#segment
    if (bytes < blockBytes) return manifest.lastBlockCrc
    if (this.#sidecar === undefined) return undefined
    return sidecarEntryCrc(this.#sidecar, { index: block, block, baseOffset: manifest.baseOffset })
  }

  /** Follows the batches and holds the entries of the indexes against them; `from` is where the bytes begin. */
  #walk(bytes: Buffer, from: number): void {
    if (this.#restAt === undefined) return
    const { manifest } = this.#segment
    const all = this.#rest.byteLength === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    // The rest of a large batch is passed over without being kept.
    let at = this.#rest.byteLength === 0 ? Math.max(0, this.#restAt - from) : 0
    while (at + batchHeaderBytes <= all.byteLength) {
      const position = from - this.#rest.byteLength + at
      const bounds = {
        bytesMax: manifest.logBytes - position,
        offsetMin: this.#nextOffset,
        offsetEnd: manifest.nextOffset
      }
      if (!isPlausibleAt(all, at, bounds)) {
        this.#restAt = undefined
        return
      }
      const lastOffset = lastOffsetAt(all, at)
      this.#index?.judgeOffset(position, lastOffset - manifest.baseOffset)
      this.#timeIndex?.judgeTime(lastOffset - manifest.baseOffset, maxTimestampAt(all, at))
      this.#nextOffset = lastOffset + 1
      at += batchBytesAt(all, at)
    }
    this.#restAt = from - this.#rest.byteLength + at
    this.#rest = all.subarray(Math.min(at, all.byteLength))
  }
}

const noEntries = Buffer.alloc(0)

/** What the checkpoint holds stands behind what the file does. */
function withWaiting(onDisk: Buffer | undefined, waiting: string | undefined): Buffer | undefined {
  if (onDisk === undefined || waiting === undefined) return onDisk
  return Buffer.concat([onDisk, Buffer.from(waiting, 'base64')])
}

/** Entries of an index, which come in the order of the batches. */
class Entries {
  readonly path: string
  readonly #bytes: Buffer
  readonly #entryBytes: number
  #next = 0
  isWrong = false

  constructor(path: string, bytes: Buffer, entryBytes: number) {
    this.path = path
    this.#bytes = bytes
    this.#entryBytes = entryBytes
    this.isWrong = bytes.byteLength % entryBytes !== 0
  }

  get #hasMore(): boolean {
    return !this.isWrong && (this.#next + 1) * this.#entryBytes <= this.#bytes.byteLength
  }

  judgeOffset(position: number, relativeOffset: number): void {
    if (!this.#hasMore) return
    const named = offsetEntryPosition(this.#bytes, this.#next)
    if (named > position) return
    this.isWrong = named < position || offsetEntryOffset(this.#bytes, this.#next) !== relativeOffset
    this.#next++
  }

  judgeTime(relativeOffset: number, timestampMs: number): void {
    if (!this.#hasMore) return
    const named = timeEntryOffset(this.#bytes, this.#next)
    if (named > relativeOffset) return
    this.isWrong = named < relativeOffset || timeEntryTimestamp(this.#bytes, this.#next) !== timestampMs
    this.#next++
  }

  /** Nothing may be named beyond the last batch. */
  end(): void {
    if (this.#hasMore) this.isWrong = true
  }
}
