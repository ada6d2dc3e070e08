/**
 * A stretch of whole blocks of a .log in memory, each compared with its checksum in the sidecar. The bytes
 * belong to nobody else: what is handed out of them stays valid as long as it is referenced, unless the reader asked
 * for lent memory and has given it back.
 */
import { errorCode, readFully, type DiskError, type DiskFile } from '@naru/base'
import { blockSum } from './block-sum.ts'
import type { EntryContent } from './entry-file.ts'
import { blockBytes } from './limits.ts'
import type { ReadBuffers, ReadLease } from './read-buffers.ts'
import type { SegmentContext } from './segment-context.ts'
import type { SegmentState } from './segment-state.ts'
import { isMissingFile, type Segment } from './segment.ts'
import { sidecarEntryBytes, sidecarEntryCrc } from './sidecar.ts'

/** `unprotected`: the sidecar has no valid checksum for the block. */
export type BlockCondition = 'sound' | 'damaged' | 'unprotected'

export interface LogWindow {
  /** Position of the first byte. */
  readonly from: number
  readonly bytes: Buffer
  /** Condition of each block; undefined when all are sound. */
  readonly conditions: readonly BlockCondition[] | undefined
  /** Set when the bytes are lent. */
  readonly lease: ReadLease | undefined
}

/** A segment as one reader sees it. */
export interface SegmentView {
  readonly context: SegmentContext
  readonly segment: Segment
  readonly state: SegmentState
  /** Builds the indexes anew, in turn with writes. */
  readonly repair: () => Promise<void>
}

export function blockStart(position: number): number {
  return position - (position % blockBytes)
}

/** Reads the blocks that hold `[from, to)`, as far as the log goes, into memory of its own unless some can be lent. */
export async function loadWindow(
  view: SegmentView,
  from: number,
  to: number,
  lender?: ReadBuffers
): Promise<LogWindow> {
  const start = blockStart(from)
  const end = Math.min(view.state.logBytes, blockStart(to + blockBytes - 1))
  const lease = lender?.lend(end - start)
  const bytes = lease?.bytes ?? Buffer.allocUnsafeSlow(end - start)
  const [lost, sidecar] = await Promise.all([
    readBlocks(view, bytes, start),
    view.segment.sidecar.content(view.context)
  ])
  return { from: start, bytes, conditions: judge(view, { bytes, start, lost, sidecar }), lease }
}

/** Fills the bytes; resolves to the blocks (counted from the first) that could not be read, which are zeros then. */
async function readBlocks(view: SegmentView, bytes: Buffer, start: number): Promise<ReadonlySet<number>> {
  const { context, segment } = view
  try {
    return await context.files.read(segment.logPath, (file) => readWhole(view, file, bytes, start))
  } catch (error) {
    if (segment.dropped || !isMissingFile(error)) throw error
    bytes.fill(0)
    report(view, 'segment-log-missing', { file: segment.logPath })
    return allBlocks(bytes)
  }
}

async function readWhole(
  view: SegmentView,
  file: DiskFile,
  bytes: Buffer,
  start: number
): Promise<ReadonlySet<number>> {
  try {
    const read = await readFully(file, bytes, start)
    return read === bytes.byteLength ? noBlocks : shortRead(view, bytes, start, read)
  } catch (error) {
    if (errorCode(error) !== 'EIO' || bytes.byteLength <= blockBytes) throw error
    return readOneByOne(view, file, bytes, start, error as DiskError)
  }
}

const noBlocks: ReadonlySet<number> = new Set()

function allBlocks(bytes: Buffer): ReadonlySet<number> {
  return new Set(Array.from({ length: Math.ceil(bytes.byteLength / blockBytes) }, (_, index) => index))
}

/** The file ends before the log does: part of it is gone. */
function shortRead(view: SegmentView, bytes: Buffer, start: number, read: number): ReadonlySet<number> {
  bytes.fill(0, read)
  report(view, 'segment-log-short', { file: view.segment.logPath, position: start + read })
  return new Set([...allBlocks(bytes)].filter((block) => (block + 1) * blockBytes > read))
}

/** Some sectors cannot be read: those blocks are lost, the others are not. A disk that gives nothing is an error. */
async function readOneByOne(
  view: SegmentView,
  file: DiskFile,
  bytes: Buffer,
  start: number,
  cause: DiskError
): Promise<ReadonlySet<number>> {
  const lost = new Set<number>()
  const blocks = allBlocks(bytes)
  for (const block of blocks) {
    const part = bytes.subarray(block * blockBytes, (block + 1) * blockBytes)
    try {
      if ((await readFully(file, part, start + block * blockBytes)) === part.byteLength) continue
    } catch (error) {
      if (errorCode(error) !== 'EIO') throw error
    }
    part.fill(0)
    lost.add(block)
    const position = start + block * blockBytes
    report(view, 'segment-block-unreadable', { file: view.segment.logPath, position, code: cause.code })
  }
  if (lost.size === blocks.size) throw cause
  return lost
}

interface Judged {
  readonly bytes: Buffer
  readonly start: number
  readonly lost: ReadonlySet<number>
  readonly sidecar: EntryContent | undefined
}

function judge(view: SegmentView, judged: Judged): readonly BlockCondition[] | undefined {
  const { bytes, start, lost, sidecar } = judged
  const count = Math.ceil(bytes.byteLength / blockBytes)
  let conditions: BlockCondition[] | undefined
  for (let block = 0; block < count; block++) {
    const condition = lost.has(block) ? 'damaged' : conditionOf(view, sidecar, bytes, start, block)
    if (condition === 'sound') continue
    conditions ??= new Array<BlockCondition>(count).fill('sound')
    conditions[block] = condition
    const position = start + block * blockBytes
    if (condition === 'damaged')
      report(view, 'segment-block-damaged', { file: view.segment.logPath, position })
    else report(view, 'segment-sidecar-damaged', { file: view.segment.sidecar.path, position })
  }
  return conditions
}

function conditionOf(
  view: SegmentView,
  sidecar: EntryContent | undefined,
  bytes: Buffer,
  start: number,
  block: number
): BlockCondition {
  const end = Math.min(bytes.byteLength, (block + 1) * blockBytes)
  const expected = expectedCrc(view, sidecar, start / blockBytes + block)
  if (expected === undefined) return 'unprotected'
  return blockSum(bytes, block * blockBytes, end) === expected ? 'sound' : 'damaged'
}

function expectedCrc(
  view: SegmentView,
  sidecar: EntryContent | undefined,
  block: number
): number | undefined {
  const { logBytes, lastBlockCrc } = view.state
  if ((block + 1) * blockBytes > logBytes) return lastBlockCrc
  if (sidecar === undefined) return undefined
  const { baseOffset } = view.segment
  const onDiskCount = sidecar.onDisk.byteLength / sidecarEntryBytes
  if (block < onDiskCount) return sidecarEntryCrc(sidecar.onDisk, { index: block, block, baseOffset })
  return sidecarEntryCrc(sidecar.pending, { index: block - onDiskCount, block, baseOffset })
}

/**
 * Says it once per segment and kind; what is damaged is read again and again. A segment that was replaced is read
 * again in its new place, whatever was found here.
 */
function report(view: SegmentView, event: string, fields: Readonly<Record<string, string | number>>): void {
  if (view.segment.replaced) return
  if (view.segment.isNews(event)) view.context.logger.log('error', event, fields)
}
