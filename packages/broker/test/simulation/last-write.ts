/**
 * What a start may cut off the journal. Behind the durable position lies what was being written when the machine
 * stopped, and a bit that flips there later looks like a torn write; before it nothing may ever be cut. The note beside the
 * journal is read here in its own way, from the disk as the start found it, so that a start that does not ask for it is seen.
 */

/** As a start tells them. */
export interface Cut {
  readonly file: string
  readonly position: number
  readonly bytes: number
}

export interface Flip {
  readonly path: string
  readonly at: number
}

/** Up to where the journal was durable when the note was written. */
export interface NotedPosition {
  readonly generation: number
  readonly bytes: number
}

export const notePath = '/data/journal/durable'

const noteBytes = 16
const blockBytes = 4096

/** The note in the bytes of its file. One that the disk has changed is none. */
export function readNote(bytes: Buffer, flips: readonly Flip[]): NotedPosition | undefined {
  const isChanged = flips.some(({ path }) => path === notePath)
  if (isChanged || bytes.byteLength < noteBytes || bytes.readUInt32BE(0) === 0) return undefined
  return { generation: bytes.readUInt32BE(8), bytes: bytes.readUInt32BE(12) * blockBytes }
}

/** Whether a flipped bit is why a last write was taken for a torn one; throws when something durable was cut. */
export function isLastWriteCut(
  cuts: readonly Cut[],
  { flips, note }: { readonly flips: readonly Flip[]; readonly note: NotedPosition | undefined }
): boolean {
  const durable = note === undefined ? undefined : cuts.find((cut) => lies(cut, note))
  if (durable !== undefined) throw new Error(`what was noted as durable was cut: ${JSON.stringify(durable)}`)
  return cuts.some((cut) => flips.some((flip) => hit(cut, flip)))
}

function lies({ file, position }: Cut, note: NotedPosition): boolean {
  const generation = generationOf(file)
  return generation < note.generation || (generation === note.generation && position < note.bytes)
}

function hit(cut: Cut, { path, at }: Flip): boolean {
  return path === cut.file && at >= cut.position && at < cut.position + cut.bytes
}

function generationOf(file: string): number {
  return Number.parseInt(file.slice(file.lastIndexOf('/') + 1), 16)
}
