/** A partition on a disk in memory, with everything around it that a test may want to look at. */
import type { Clock, LogFields, Logger } from '@naru/base'
import { DEFAULT_LOG_CONFIG, type LogConfig } from '../../ports/index.ts'
import { PartitionSegments } from '../partition-segments.ts'
import { segmentContext, type SegmentContext } from '../segment-context.ts'
import { segmentPath, type FileKind } from '../segment-names.ts'
import type { SegmentsManifest } from '../segments-manifest.ts'
import { MemoryDisk } from './memory-disk.ts'

export const testDirectory = 'data/orders-0'

/** Small segments and dense indexes, so that a test reaches all borders. */
export const smallConfig: LogConfig = {
  ...DEFAULT_LOG_CONFIG,
  segmentBytes: 200_000,
  indexIntervalBytes: 1000
}

export class TestClock implements Clock {
  nowMs = 1_000_000

  wallMs(): number {
    return this.nowMs
  }

  monotonicMs(): number {
    return this.nowMs
  }
}

export class TestLogger implements Logger {
  readonly events: Array<{ readonly event: string; readonly fields: LogFields | undefined }> = []

  log(_level: string, event: string, fields?: LogFields): void {
    this.events.push({ event, fields })
  }

  has(event: string): boolean {
    return this.events.some((one) => one.event === event)
  }
}

export interface TestPartition {
  readonly disk: MemoryDisk
  readonly clock: TestClock
  readonly logger: TestLogger
  readonly context: SegmentContext
  readonly segments: PartitionSegments
}

export interface TestPartitionOptions {
  readonly disk?: MemoryDisk
  readonly openFilesMax?: number
  readonly indexCacheBytesMax?: number
  readonly waitingEntryBytesMax?: number
}

export function freshPartition(options: TestPartitionOptions = {}): TestPartition {
  const around = surroundings(options)
  return { ...around, segments: PartitionSegments.fresh(around.context, testDirectory) }
}

/** As after a restart of the process: nothing but the disk and the manifest is left. */
export async function restoredPartition(
  disk: MemoryDisk,
  manifest: SegmentsManifest,
  options: TestPartitionOptions = {}
): Promise<
  TestPartition & { readonly problems: readonly { readonly file: string; readonly reason: string }[] }
> {
  const around = surroundings({ ...options, disk })
  const restored = await PartitionSegments.restore(around.context, testDirectory, manifest)
  return { ...around, ...restored }
}

export function pathOf(baseOffset: number, kind: FileKind): string {
  return segmentPath(testDirectory, baseOffset, kind)
}

/** Reads on from the offset until the end, whatever the size of the single answers. */
export async function readAll(segments: PartitionSegments, from: number, maxBytes = 50_000): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (let offset = from; offset < segments.endOffset;) {
    const read = await segments.read(offset, { maxBytes, minOneBatch: true })
    if (read.kind !== 'records') throw new Error(`${read.kind} at ${offset}`)
    if (read.bytes === 0) throw new Error(`nothing at ${offset}`)
    chunks.push(...read.chunks)
    offset = nextOffsetAfter(read.chunks)
  }
  return Buffer.concat(chunks)
}

/** One beyond the last offset in the chunks. */
export function nextOffsetAfter(chunks: readonly Uint8Array[]): number {
  const bytes = Buffer.from(chunks.at(-1) ?? [])
  let at = 0
  let next = 0
  while (at < bytes.byteLength) {
    next = Number(bytes.readBigInt64BE(at)) + bytes.readInt32BE(at + 23) + 1
    at += bytes.readInt32BE(at + 8) + 12
  }
  return next
}

function surroundings(options: TestPartitionOptions): Omit<TestPartition, 'segments'> {
  const disk = options.disk ?? new MemoryDisk()
  const clock = new TestClock()
  const logger = new TestLogger()
  const { openFilesMax, indexCacheBytesMax, waitingEntryBytesMax } = options
  const limits = { openFilesMax, indexCacheBytesMax, waitingEntryBytesMax }
  const context = segmentContext({ disk, clock, logger, ...limits })
  return { disk, clock, logger, context }
}
