/** One partition of a take-over: its segments are read, checked and written with our own indexes and checksums. */
import { NaruError, type Disk } from '@naru/base'
import { lastOffsetOf, type BatchHeader } from '@naru/protocol'
import { DEFAULT_LOG_CONFIG, type LogConfig } from '../ports/index.ts'
import type { ProducerEntry } from '../partition/producer-state.ts'
import { PartitionSegments, type SegmentContext, type SegmentsManifest } from '../segments/index.ts'
import { damaged, wholeFile } from './kafka-folder.ts'
import { segmentBatches, type KafkaBatch } from './kafka-segment.ts'
import { resetBatchEpochs, resetCommittedEpochs } from './leader-epochs.ts'
import { takeOverSnapshotBytesMax } from './limits.ts'
import { parseProducerSnapshot, TakenProducers } from './producers.ts'

/** A cleaned segment that is not yet under its own name, while the old ones may be gone. */
const SWAPPED = /^\d{20}\.log\.swap$/

/** Segments end where Kafka's ended. */
const AS_IN_KAFKA: LogConfig = {
  ...DEFAULT_LOG_CONFIG,
  segmentBytes: 2 ** 31 - 1,
  segmentMs: Number.MAX_SAFE_INTEGER
}

export interface PartitionOptions {
  readonly disk: Disk
  /** Kafka's folder of the partition. */
  readonly from: string
  /** Nothing is written without it. */
  readonly into: { readonly context: SegmentContext; readonly directory: string } | undefined
  /** Makes the folder, before the first write. */
  readonly prepare: () => Promise<void>
  /** Values are committed offsets, in which leader epochs stand. */
  readonly isOffsets: boolean
  readonly nowMs: number
  readonly onProgress?: ((bytes: number) => void) | undefined
}

export interface TakenLog {
  /** Where the log begins by its files; compaction may have taken the first records away. */
  readonly startOffset: number
  readonly manifest: SegmentsManifest
  readonly producers: readonly ProducerEntry[]
  readonly bytes: number
  readonly largestProducerId: number
}

export async function takePartition(options: PartitionOptions): Promise<TakenLog> {
  const { disk, from, into, nowMs } = options
  const names = (await disk.list(from)).map(({ name }) => name)
  const swap = names.find((name) => SWAPPED.test(name))
  if (swap !== undefined)
    throw new NaruError('KAFKA_NOT_STOPPED', `${from}/${swap} is of a compaction that was not finished`)
  const logs = names.filter((name) => /^\d{20}\.log$/.test(name)).sort()
  const producers = new TakenProducers(nowMs)
  const segments = into === undefined ? undefined : PartitionSegments.fresh(into.context, into.directory)
  const startOffset = Number(logs[0]?.slice(0, 20) ?? 0)
  let endOffset = startOffset
  let bytes = 0
  for (const [at, name] of logs.entries()) {
    endOffset = Math.max(endOffset, Number(name.slice(0, 20)))
    if (at > 0) await segments?.roll()
    for await (const batches of segmentBatches(disk, `${from}/${name}`)) {
      if (bytes === 0 && segments !== undefined) await options.prepare()
      endOffset = await takeBatches(options, {
        batches,
        producers,
        segments,
        endOffset,
        path: `${from}/${name}`
      })
      const read = batches.reduce((sum, batch) => sum + batch.bytes.byteLength, 0)
      bytes += read
      options.onProgress?.(read)
    }
  }
  if (bytes > 0) await segments?.sync()
  const snapshot = await snapshotAt(options, endOffset)
  const written = bytes > 0 ? segments?.manifest() : undefined
  return {
    startOffset,
    manifest: { startOffset, segments: [], ...written, endOffset },
    producers: producers.entries(snapshot),
    bytes,
    largestProducerId: producers.largestId
  }
}

interface Step {
  readonly batches: readonly KafkaBatch[]
  readonly producers: TakenProducers
  readonly segments: PartitionSegments | undefined
  readonly endOffset: number
  readonly path: string
}

/** Gives the end of the log behind the batches. */
async function takeBatches(options: PartitionOptions, step: Step): Promise<number> {
  const { batches, producers, segments } = step
  let { endOffset } = step
  const toWrite = batches.map((read) => {
    const batch = { ...read, header: exact(read.header) }
    const { header, bytes } = batch
    if (header.baseOffset < endOffset || !Number.isSafeInteger(header.baseOffset))
      throw damaged(step.path, 0, `offset ${header.baseOffset} comes after ${endOffset}`)
    const lastOffset = lastOffsetOf(header)
    endOffset = lastOffset + 1
    resetBatchEpochs(batch)
    const aborted = producers.next(batch)
    if (options.isOffsets) resetCommittedEpochs(batch)
    return { bytes, baseOffset: header.baseOffset, lastOffset, maxTimestampMs: header.maxTimestamp, aborted }
  })
  await segments?.write(toWrite, AS_IN_KAFKA)
  return endOffset
}

/** Timestamps as far in the future as nobody lives: what is beyond exact numbers is taken for the largest of them. */
function exact(header: BatchHeader): BatchHeader {
  if (header.maxTimestamp <= Number.MAX_SAFE_INTEGER) return header
  return { ...header, maxTimestamp: Number.MAX_SAFE_INTEGER }
}

/** What Kafka noted of the producers when it stopped. */
async function snapshotAt(
  { disk, from }: PartitionOptions,
  endOffset: number
): Promise<readonly ProducerEntry[] | undefined> {
  const name = `${String(endOffset).padStart(20, '0')}.snapshot`
  const isThere = (await disk.list(from)).some((entry) => entry.name === name)
  if (!isThere) return undefined
  return parseProducerSnapshot(await wholeFile(disk, `${from}/${name}`, takeOverSnapshotBytesMax))
}
