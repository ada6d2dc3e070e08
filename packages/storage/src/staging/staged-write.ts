/** Long writes through two small buffers: one is filled while the other one is written. */
import type { ChunkCursor } from './chunk-cursor.ts'

/** Two buffers of equal length. */
export type Staging = readonly [Buffer, Buffer]

export interface Span {
  readonly from: number
  readonly to: number
}

/** Writes the next bytes of the cursor to the span, in order, by calls that take one buffer at most. */
export async function writeStaged(
  staging: Staging,
  cursor: ChunkCursor,
  { from, to }: Span,
  write: (bytes: Buffer, position: number) => Promise<void>
): Promise<void> {
  let which: 0 | 1 = 0
  let inFlight: Promise<void> | undefined
  for (let at = from; at < to;) {
    const staged = staging[which].subarray(0, Math.min(staging[which].byteLength, to - at))
    cursor.copyTo(staged)
    await inFlight
    inFlight = write(staged, at)
    // Whatever happens before the loop comes round must not leave a rejection without a handler.
    inFlight.catch(() => undefined)
    at += staged.byteLength
    which = which === 0 ? 1 : 0
  }
  await inFlight
}
