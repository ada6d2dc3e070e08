/**
 * The file `durable` beside the journal files: up to where the journal was durable. A newest file that was cut short or
 * is gone looks like one that was never written further; the note tells the difference.
 *
 * It is overwritten in place and not synced, so that it costs no write that anybody waits for. It may be old, or gone
 * after a power cut, but is never ahead: what it names was on disk before. So it misses what was acknowledged within the last
 * 20 ms of a process that was killed, and, when the power went, what came after the system wrote its pages back. Only
 * where a full disk has no room for the marker behind the last group it is synced, in its place.
 */
import { errorCode, readFully, writeFully, type Clock, type Disk, type DiskFile } from '@naru/base'
import { crc32c } from '@naru/protocol'
import { frameSeed } from './frame.ts'
import { blockBytes, bytesOf, generationOf, journalPosition } from './journal-position.ts'

/** magic u32, CRC-32C u32 of what follows with the seed of the generation, generation u32, block u32 */
const noteBytes = 16
const noteMagic = 0x4e4a4431
const checkedFrom = 8

/** Groups follow each other faster than this under load. */
const noteAfterMs = 20

export interface NotePlace {
  readonly disk: Disk
  /** The folder of the journal. */
  readonly directory: string
  readonly secret: Uint8Array
}

function pathOf({ directory }: NotePlace): string {
  return `${directory}/durable`
}

export class DurableNote {
  readonly #place: NotePlace
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  #file: DiskFile | undefined
  #writing: Promise<void> | undefined
  #notedMs = Number.NEGATIVE_INFINITY

  constructor(
    place: NotePlace,
    options: { readonly clock: Clock; readonly onError: (error: unknown) => void }
  ) {
    this.#place = place
    this.#clock = options.clock
    this.#onError = options.onError
  }

  /** Everything before the position is durable. Nobody waits for the note, and it is not taken each time. */
  tell(position: number): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#writing !== undefined || nowMs - this.#notedMs < noteAfterMs) return
    this.#notedMs = nowMs
    this.#begin(this.#write(position))
  }

  /** The same in a note that survives the power. */
  keep(position: number): void {
    this.#begin((this.#writing ?? Promise.resolve()).then(() => this.#writeDurably(position)))
  }

  #begin(work: Promise<void>): void {
    const writing = work.catch(this.#onError).finally(() => {
      if (this.#writing === writing) this.#writing = undefined
    })
    this.#writing = writing
  }

  /** Takes a last note. */
  async close(position: number | undefined): Promise<void> {
    await this.#writing
    try {
      if (position !== undefined) await this.#write(position)
    } catch (error) {
      this.#onError(error)
    } finally {
      await this.#file?.close()
      this.#file = undefined
    }
  }

  async #write(position: number): Promise<void> {
    this.#file ??= await openOrCreate(this.#place.disk, pathOf(this.#place))
    await writeFully(this.#file, [noteOf(position, this.#place.secret)], 0)
  }

  async #writeDurably(position: number): Promise<void> {
    await this.#write(position)
    await this.#file?.datasync()
    await this.#place.disk.syncDirectory(this.#place.directory)
  }
}

async function openOrCreate(disk: Disk, path: string): Promise<DiskFile> {
  try {
    return await disk.open(path, { mode: 'update' })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return disk.open(path, { mode: 'create' })
  }
}

function noteOf(position: number, secret: Uint8Array): Buffer {
  const note = Buffer.alloc(noteBytes)
  note.writeUInt32BE(noteMagic, 0)
  note.writeUInt32BE(generationOf(position), 8)
  note.writeUInt32BE(bytesOf(position) / blockBytes, 12)
  note.writeUInt32BE(checksum(note, secret), 4)
  return note
}

function checksum(note: Buffer, secret: Uint8Array): number {
  return crc32c(note, checkedFrom, noteBytes, frameSeed(secret, note.readUInt32BE(8)))
}

/** The position that was noted last, 0 when no note can be read: it only ever adds to what else is known. */
export async function readDurableNote(place: NotePlace): Promise<number> {
  const note = Buffer.alloc(noteBytes)
  let file: DiskFile | undefined
  try {
    file = await place.disk.open(pathOf(place), { mode: 'read' })
    if ((await readFully(file, note, 0)) < noteBytes) return 0
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return 0
  } finally {
    await file?.close()
  }
  if (note.readUInt32BE(0) !== noteMagic || note.readUInt32BE(4) !== checksum(note, place.secret)) return 0
  return journalPosition(note.readUInt32BE(8), note.readUInt32BE(12) * blockBytes)
}

/** For who goes on without what the note names. */
export function removeDurableNote(place: NotePlace): Promise<void> {
  return place.disk.remove(pathOf(place))
}
