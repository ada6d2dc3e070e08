/**
 * After an unclean stop: frames that were read but are not known to be durable may exist in the page cache only
 * (a sync that failed leaves them there), so that they are written to a new file before anybody sees them.
 * The file appears under its name when it is durable; a crash before that leaves the old state.
 */
import { writeFully, type Disk } from '@naru/base'
import type { Failpoint } from '../failpoints.ts'
import type { JournalFrame } from './commit-log.ts'
import { frameBytes, frameSeed, writeFrame, type FrameHeader } from './frame.ts'
import { journalFileName } from './journal-files.ts'
import { blockBytes, blockEnd, bytesOf, generationOf, journalPosition } from './journal-position.ts'
import { openingBlock } from './opening-block.ts'

export interface RescueOptions {
  readonly disk: Disk
  readonly directory: string
  readonly secret: Uint8Array
  readonly failpoint?: Failpoint | undefined
  readonly wallMs: number
  /** The new file's generation, larger than that of any file. */
  readonly generation: number
  /** Everything before this journal position is known to be durable. */
  readonly durable: number
}

export interface RescuedFrame {
  readonly header: FrameHeader
  readonly payload: Uint8Array
}

/** Resolves to the length of the new file. */
export async function rescueFrames(frames: readonly RescuedFrame[], options: RescueOptions): Promise<number> {
  const { disk, directory, failpoint, generation } = options
  const path = `${directory}/${journalFileName(generation)}`
  const temporary = `${path}.tmp`
  const content = layOut(frames, options)
  await failpoint?.('journal-rescue')
  await disk.remove(temporary)
  const file = await disk.open(temporary, { mode: 'create' })
  try {
    await writeFully(file, [content], 0)
    await file.datasync()
  } finally {
    await file.close()
  }
  await failpoint?.('journal-rescue-rename')
  await disk.rename(temporary, path)
  await disk.syncDirectory(directory)
  await failpoint?.('journal-rescued')
  return content.byteLength
}

function layOut(frames: readonly RescuedFrame[], options: RescueOptions): Buffer {
  const { generation, durable } = options
  const seed = frameSeed(options.secret, generation)
  let bytes = blockBytes
  for (const { payload } of frames) bytes += frameBytes(payload.byteLength)
  const content = Buffer.alloc(blockEnd(bytes))
  const before = {
    generation: generationOf(durable),
    bytes: bytesOf(durable),
    durable,
    wallMs: options.wallMs
  }
  openingBlock({ generation, seed }, before).copy(content)
  // The name appears after the sync, so that whoever reads these frames may rely on all of them.
  const durableTo = journalPosition(generation, content.byteLength)
  const place = { start: 0, generation, seed, sequence: 1, durable: durableTo }
  let at = blockBytes
  for (const [index, { header, payload }] of frames.entries()) {
    const following = frames.length - 1 - index
    at = writeFrame(content, at, frameOf(header, payload), { ...place, following })
  }
  return content
}

function frameOf(header: FrameHeader, payload: Uint8Array): JournalFrame {
  return { ...header, payload, onDurable: () => undefined, onFailed: () => undefined }
}
