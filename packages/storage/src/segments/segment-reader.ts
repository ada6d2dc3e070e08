/**
 * Reads whole batches out of a segment. The usual way is one read of the file into memory that is handed out
 * as it is; when a block of it does not match its checksum, the slow way tells sound batches from damaged ones.
 */
import { batchHeaderBytes, batchOffset } from '@naru/protocol'
import { batchBytesAt, isPlausibleAt, lastOffsetAt } from './batch-fields.ts'
import { walkBatches } from './batch-walk.ts'
import { blockBytes, readWindowBytes } from './limits.ts'
import { loadWindow, type LogWindow, type SegmentView } from './log-window.ts'
import type { ReadLease } from './read-buffers.ts'
import { placeBeforeBlock, placeByOffset, type IndexedPlace } from './segment-lookup.ts'
import { isMissingFile } from './segment.ts'

export interface ReadLimits {
  readonly maxBytes: number
  /** Gives the first batch even when it is larger than `maxBytes`. */
  readonly minOneBatch: boolean
}

export interface SegmentRecords {
  readonly kind: 'records'
  /** Each chunk holds whole batches. */
  readonly chunks: readonly Uint8Array[]
  readonly bytes: number
  /** One beyond the last offset in the chunks; the offset that was asked for when there are none. */
  readonly nextOffset: number
  /** Lets other reads use the memory of the chunks; without it, or without a call, it is left to the collector. */
  readonly release: (() => void) | undefined
}

export interface SegmentCorrupt {
  readonly kind: 'corrupt'
  readonly offset: number
  /** The first offset after the damage that can be read. */
  readonly nextOffset: number
}

/** Batches from the one that holds the offset, or from the next one when none does. */
export async function readSegment(
  view: SegmentView,
  offset: number,
  limits: ReadLimits
): Promise<SegmentRecords | SegmentCorrupt> {
  const chunks: Uint8Array[] = []
  const leases: ReadLease[] = []
  let bytes = 0
  let place = await startOf(view, offset)
  let from = offset
  for (;;) {
    const remaining = limits.maxBytes - bytes
    const wanted = { maxBytes: remaining, minOneBatch: limits.minOneBatch && bytes === 0 }
    const run = await readRun(view, place, from, wanted)
    if (run === 'damaged') {
      if (bytes > 0) break
      return salvage(view, offset, limits)
    }
    if (run.bytes.byteLength === 0) break
    chunks.push(run.bytes)
    if (run.lease !== undefined) leases.push(run.lease)
    bytes += run.bytes.byteLength
    place = { position: run.end, lastOffset: undefined }
    from = run.nextOffset
    view.segment.hints.add(run.nextOffset, run.end)
    if (!run.mayGoOn || run.end >= view.state.logBytes) break
  }
  return { kind: 'records', chunks, bytes, nextOffset: from, release: releaseOf(leases) }
}

function releaseOf(leases: readonly ReadLease[]): (() => void) | undefined {
  if (leases.length === 0) return undefined
  return () => {
    for (const lease of leases) lease.giveBack()
  }
}

async function startOf(view: SegmentView, offset: number): Promise<IndexedPlace> {
  const hinted = view.segment.hints.find(offset)
  if (hinted !== undefined) return { position: hinted, lastOffset: undefined }
  return checkedPlace(view, await placeByOffset(view, offset), () => placeByOffset(view, offset))
}

/** An index that names a place beyond the log is not this log's. */
async function checkedPlace(
  view: SegmentView,
  place: IndexedPlace,
  again: () => Promise<IndexedPlace>
): Promise<IndexedPlace> {
  if (place.position + batchHeaderBytes <= view.state.logBytes) return place
  await view.repair()
  return again()
}

/** Batches of one window. */
interface Run {
  readonly bytes: Uint8Array
  /** Position after the last batch. */
  readonly end: number
  readonly nextOffset: number
  /** The window ended, not the limit. */
  readonly mayGoOn: boolean
  /** Of the memory of the bytes. */
  readonly lease: ReadLease | undefined
}

async function readRun(
  view: SegmentView,
  start: IndexedPlace,
  offset: number,
  limits: ReadLimits
): Promise<Run | 'damaged'> {
  const wanted = Math.min(Math.max(limits.maxBytes, blockBytes), readWindowBytes)
  const { windows } = view.context
  let window = await windows.load(view, start.position, start.position + wanted)
  if (window.conditions !== undefined) return 'damaged'
  if (!beginsAsIndexed(view, window, start)) {
    await view.repair()
    return 'damaged'
  }
  let position = start.position
  for (;;) {
    const skipped = skipTo(window, position, offset)
    if (skipped === 'damaged') return 'damaged'
    position = skipped.position
    const rest = view.state.logBytes - position
    if (rest === 0) break
    if (rest < Math.max(batchHeaderBytes, skipped.size)) return 'damaged'
    if (skipped.size > limits.maxBytes && !limits.minOneBatch) break
    if (skipped.size > 0 && position + skipped.size <= window.from + window.bytes.byteLength) {
      return collect(window, position, limits.maxBytes)
    }
    window.lease?.giveBack()
    window = await windows.load(view, position, position + Math.max(wanted, skipped.size))
    if (window.conditions !== undefined) return 'damaged'
  }
  window.lease?.giveBack()
  return { bytes: noBytes, end: position, nextOffset: offset, mayGoOn: false, lease: undefined }
}

const noBytes = Buffer.alloc(0)

/** The bytes are sound, so that a difference from the index is the index's fault. */
function beginsAsIndexed(view: SegmentView, window: LogWindow, place: IndexedPlace): boolean {
  const bytesMax = view.state.logBytes - place.position
  const bounds = { bytesMax, offsetMin: view.segment.baseOffset, offsetEnd: view.state.nextOffset }
  const at = place.position - window.from
  if (at + batchHeaderBytes > window.bytes.byteLength || !isPlausibleAt(window.bytes, at, bounds))
    return false
  return place.lastOffset === undefined || lastOffsetAt(window.bytes, at) === place.lastOffset
}

/**
 * Moves on to the first batch that ends at or after the offset. `size` is 0 when the window ends before its
 * header does.
 */
function skipTo(
  window: LogWindow,
  from: number,
  offset: number
): { position: number; size: number } | 'damaged' {
  const { bytes } = window
  let at = from - window.from
  while (at + batchHeaderBytes <= bytes.byteLength) {
    const size = batchBytesAt(bytes, at)
    if (size < batchHeaderBytes) return 'damaged'
    if (lastOffsetAt(bytes, at) >= offset) return { position: window.from + at, size }
    at += size
  }
  return { position: window.from + at, size: 0 }
}

/** The first batch, which is whole, and those that follow within the window and the limit. */
function collect(window: LogWindow, position: number, maxBytes: number): Run {
  const { bytes, lease } = window
  const start = position - window.from
  let last = start
  let end = start + batchBytesAt(bytes, start)
  let mayGoOn = end - start < maxBytes
  while (mayGoOn && end + batchOffset.partitionLeaderEpoch <= bytes.byteLength) {
    const size = batchBytesAt(bytes, end)
    mayGoOn = size >= batchHeaderBytes && end + size - start <= maxBytes
    if (!mayGoOn || end + size > bytes.byteLength) break
    last = end
    end += size
  }
  const nextOffset = lastOffsetAt(bytes, last) + 1
  return { bytes: bytes.subarray(start, end), end: window.from + end, nextOffset, mayGoOn, lease }
}

/** The slow way, for places with damage nearby. */
async function salvage(
  view: SegmentView,
  offset: number,
  limits: ReadLimits
): Promise<SegmentRecords | SegmentCorrupt> {
  const near = await placeByOffset(view, offset)
  if (await isForeign(view)) return { kind: 'corrupt', offset, nextOffset: view.state.nextOffset }
  const { position: from, lastOffset } = await placeBeforeBlock(view, near.position)
  const chunks: Uint8Array[] = []
  let bytes = 0
  let nextOffset = offset
  let afterDamage = false
  for await (const walked of walkBatches(view, { from, lastOffset, useIndex: true })) {
    if (walked.kind === 'damaged') {
      if (bytes > 0) break
      afterDamage = true
      continue
    }
    if (walked.lastOffset < offset) {
      afterDamage = false
      continue
    }
    if (afterDamage && bytes === 0 && walked.baseOffset > offset) {
      return { kind: 'corrupt', offset, nextOffset: walked.baseOffset }
    }
    const fits = bytes + walked.size <= limits.maxBytes || (bytes === 0 && limits.minOneBatch)
    if (!fits) return { kind: 'records', chunks, bytes, nextOffset, release: undefined }
    chunks.push(walked.bytes)
    bytes += walked.size
    nextOffset = walked.lastOffset + 1
  }
  if (bytes > 0) return { kind: 'records', chunks, bytes, nextOffset, release: undefined }
  return { kind: 'corrupt', offset, nextOffset: view.state.nextOffset }
}

/** Blocks that are looked at to tell a file of another segment from one that is damaged. */
const sampledBlocks = 3

/**
 * Whether the file is that of another segment: its batches prove themselves, and no block matches its checksum. A disk
 * does not damage the beginning, the middle and the end at once. Of a file that has lost its end only whole blocks
 * tell; when none is left, it may be anybody's.
 */
async function isForeign(view: SegmentView): Promise<boolean> {
  const blocks = Math.ceil(view.state.logBytes / blockBytes)
  // With one block alone, damage to one of its batches looks the same.
  if (blocks < 2) return false
  const size = await fileBytes(view)
  const present = size < view.state.logBytes ? Math.floor(size / blockBytes) : blocks
  const samples = Math.min(sampledBlocks, present)
  for (let sample = 0; sample < samples; sample++) {
    // The first and the last are always among them, also when these are all there are.
    const at = Math.floor((sample * (present - 1)) / Math.max(1, samples - 1)) * blockBytes
    const { conditions } = await loadWindow(view, at, at + 1)
    if (conditions?.every((condition) => condition === 'damaged') !== true) return false
  }
  return true
}

async function fileBytes({ context, segment }: SegmentView): Promise<number> {
  try {
    return await context.files.read(segment.logPath, (file) => file.size())
  } catch (error) {
    if (isMissingFile(error)) return 0
    throw error
  }
}
