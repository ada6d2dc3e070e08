/**
 * Finds out which journal files belong together. Each file says in its opening frame which file came before it
 * and where that one ends, so that a missing, exchanged or half made file is noticed before anything is read.
 */
import { NaruError, readFully, type Disk } from '@naru/base'
import { FrameKind } from './commit-log.ts'
import { frameSeed, readFrameHeader, repairFrameHeader, type FrameFile, type FrameHeader } from './frame.ts'
import type { JournalFileName } from './journal-files.ts'
import { blockBytes, bytesOf, generationOf } from './journal-position.ts'
import { findStrays, straysIn } from './journal-strays.ts'
import { openJournalView, type JournalView } from './journal-view.ts'

/** What is looked at of every file. */
const headBytes = 64 * 1024

/** The opening frame stands in the first block twice. */
const openingPlaces = [0, blockBytes / 2]

export interface ChainFile extends JournalFileName {
  readonly seed: number
  /** Where reading begins. */
  readonly from: number
  /** Where the content ends; undefined in the newest file, which has to be found out by reading. */
  readonly end: number | undefined
}

export interface JournalChain {
  /** The oldest first. */
  readonly files: readonly ChainFile[]
  /** What checkpoint and opening frames know to be durable. */
  readonly durable: number
}

interface StartedFile extends JournalFileName {
  readonly seed: number
  readonly opening: FrameHeader | undefined
}

export interface ChainOptions {
  readonly disk: Disk
  readonly secret: Uint8Array
  readonly files: readonly JournalFileName[]
  /** Journal position from which on the content is needed. */
  readonly from: number
  /** Everything before was durable, as was noted elsewhere; 0 when nothing was. */
  readonly noted: number
}

/** The files to be replayed; rejects with JOURNAL_MISSING when one that is needed is not there. */
export async function journalChain(options: ChainOptions): Promise<JournalChain> {
  const firstGeneration = generationOf(options.from)
  const started = await startedFiles(options, firstGeneration)
  const newest = started.at(-1)
  if (newest === undefined) {
    const needed = Math.max(firstGeneration, generationOf(options.noted))
    if (needed > 0) throw missingFile(needed)
    return { files: [], durable: options.from }
  }
  if (newest.generation < generationOf(options.noted)) throw missingFile(generationOf(options.noted))
  const files: ChainFile[] = []
  // The checkpoint that wants to read from here rests on everything before.
  let durable = Math.max(options.from, options.noted)
  let end: number | undefined
  for (let file: StartedFile | undefined = newest; file !== undefined;) {
    const { generation, path, seed, opening } = file
    const from = generation === firstGeneration ? Math.max(bytesOf(options.from), blockBytes) : blockBytes
    files.unshift({ generation, path, seed, from, end })
    const knowing = opening ?? (await inView(options.disk, file, firstFrame))
    durable = Math.max(durable, knowing?.durable ?? 0)
    if (generation === firstGeneration) break
    const before = fileBefore(file, started)
    if (before.generation === 0 && firstGeneration === 0) break
    file = started.find((other) => other.generation === before.generation)
    if (file === undefined) throw missingFile(before.generation)
    end = before.end
  }
  return { files, durable }
}

/** Without a readable opening frame, the file before is the one that stands before it. */
function fileBefore(
  file: StartedFile,
  started: readonly StartedFile[]
): { readonly generation: number; readonly end: number | undefined } {
  const { opening } = file
  if (opening !== undefined) return { generation: opening.partition, end: opening.baseOffset }
  const before = started[started.indexOf(file) - 1]
  return { generation: before?.generation ?? 0, end: undefined }
}

async function startedFiles(options: ChainOptions, firstGeneration: number): Promise<StartedFile[]> {
  const started: StartedFile[] = []
  for (const file of options.files) {
    if (file.generation < firstGeneration) continue
    const seed = frameSeed(options.secret, file.generation)
    const opening = await readOpening(options.disk, { ...file, seed })
    if (opening === 'empty') continue
    started.push({ ...file, seed, opening: opening === 'damaged' ? undefined : opening })
  }
  return started
}

async function readOpening(
  disk: Disk,
  file: JournalFileName & { readonly seed: number }
): Promise<FrameHeader | 'empty' | 'damaged'> {
  const head = await readHead(disk, file.path)
  for (const at of openingPlaces) {
    const header = readFrameHeader(head, at, file) ?? repairFrameHeader(head, at, file)
    if (header?.kind === FrameKind.opening) return header
  }
  const strays = straysIn(head, file)
  for (const at of openingPlaces) {
    const header = strays.get(at)?.header
    if (header?.kind === FrameKind.opening) return header
  }
  // A file that waits for its first write begins with zeros; that nothing follows them need not be read to its end.
  const isBlank = head.subarray(0, blockBytes).every((byte) => byte === 0)
  if (isBlank && strays.size === 0 && !holdsFrame(head, file)) return 'empty'
  return isBlank || (await holdsFrames(disk, file)) ? 'damaged' : 'empty'
}

async function readHead(disk: Disk, path: string): Promise<Buffer> {
  const head = Buffer.alloc(headBytes)
  const open = await disk.open(path, { mode: 'read' })
  try {
    return head.subarray(0, await readFully(open, head, 0))
  } finally {
    await open.close()
  }
}

function holdsFrame(head: Buffer, file: FrameFile): boolean {
  for (let at = blockBytes; at < head.byteLength; at += blockBytes) {
    if (readFrameHeader(head, at, file) !== undefined) return true
  }
  return false
}

/** Whether anything was ever written to the file in its present generation. */
function holdsFrames(disk: Disk, file: SeededFile): Promise<boolean> {
  return inView(
    disk,
    file,
    async (view) => (await firstFrame(view)) !== undefined || (await findStrays(view)).size > 0
  )
}

/** What stands first behind the opening frame. Where that is damaged, it says that the files before were durable. */
async function firstFrame(view: JournalView): Promise<FrameHeader | undefined> {
  for (let at = blockBytes; at < view.size; at += blockBytes) {
    const header = await view.header(at)
    if (header !== undefined) return header
  }
  return undefined
}

type SeededFile = JournalFileName & { readonly seed: number }

async function inView<T>(disk: Disk, file: SeededFile, look: (view: JournalView) => Promise<T>): Promise<T> {
  const view = await openJournalView(disk, { ...file, from: 0 })
  try {
    return await look(view)
  } finally {
    await view.close()
  }
}

export function missingFile(generation: number): NaruError {
  return new NaruError(
    'JOURNAL_MISSING',
    `the journal file of generation ${generation} is missing or was exchanged: put it back, or restore the data folder from a backup`
  )
}
