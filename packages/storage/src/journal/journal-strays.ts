/**
 * Frames that the disk put in a wrong place of their file, while it said that all went well. They tell where they
 * belong, so that a write that went astray is put right or at least noticed.
 */
import { frameAlignment, frameMagicBytes, readStrayFrame, type FrameFile, type StrayFrame } from './frame.ts'
import type { JournalView } from './journal-view.ts'

/** All strays of a file by the position to which they belong; reads the whole file. */
export async function findStrays(view: JournalView): Promise<ReadonlyMap<number, StrayFrame>> {
  await view.loadAll()
  return straysIn(view.bytes, view)
}

/** The same in the beginning of a file. */
export function straysIn(bytes: Buffer, file: FrameFile): ReadonlyMap<number, StrayFrame> {
  const strays = new Map<number, StrayFrame>()
  for (let at = bytes.indexOf(frameMagicBytes); at >= 0; at = bytes.indexOf(frameMagicBytes, at + 1)) {
    const stray = at % frameAlignment === 0 ? readStrayFrame(bytes, at, file) : undefined
    if (stray === undefined) continue
    const other = strays.get(stray.position)
    if (other === undefined || other.header.sequence < stray.header.sequence) {
      strays.set(stray.position, stray)
    }
  }
  return strays
}
