/**
 * Reads the journal back after a stop or a crash, and judges what does not check.
 *
 * Everything before the durable position was acknowledged or could have been: what is damaged there is put
 * aside, reported, and the frames behind it are read on. Behind the durable position lies at most what was
 * being written when the machine stopped: the first frame there that does not check is the end. A single bit
 * that flipped is put right in either place, since the checksum proves it, and so is a frame that the disk put
 * elsewhere in the file.
 */
import type { Disk } from '@naru/base'
import { FrameKind } from './commit-log.ts'
import {
  checkPayload,
  frameBytes,
  frameHeaderBytes,
  repairFrameHeader,
  repairPayload,
  type FrameHeader,
  type StrayFrame
} from './frame.ts'
import { blockBytes, blockEnd, bytesOf, generationOf, journalPosition } from './journal-position.ts'
import { openJournalView, type JournalView } from './journal-view.ts'
import { missingFile, type ChainFile, type JournalChain } from './journal-chain.ts'
import { findStrays } from './journal-strays.ts'
import { findFrame, survey } from './journal-survey.ts'

/** A stretch of a file that did not check. */
export interface JournalFault {
  readonly file: string
  readonly position: number
  readonly bytes: number
  readonly reason: string
}

export interface ReplayedFrame {
  readonly header: FrameHeader
  /** A view that stays valid as long as it is referenced, together with the memory of the whole file. */
  readonly payload: Buffer
  /** Journal position of the write that it belongs to. */
  readonly position: number
}

export interface ReplayVisitor {
  /** In the order of the journal. A promise holds the replay up. */
  frame(frame: ReplayedFrame): void | Promise<void>
  /** The frame was durable, its header is known and its content lost. */
  lost(header: FrameHeader): void
  /** Puts the bytes aside before they are passed over; called before `damage` and some cuts. */
  quarantine(fault: JournalFault, bytes: Uint8Array): Promise<void>
  damage(fault: JournalFault): void
  /** Told after `damage` when nobody can say what the bytes were: acknowledged records of any topic. */
  unknown(fault: JournalFault): void
  cut(fault: JournalFault): void
  repaired(fault: JournalFault): void
}

export interface ReplayEnd {
  /** Where the valid content ends. */
  readonly generation: number
  readonly bytes: number
  /** Everything before this position is known to be on disk. */
  readonly durable: number
  /** Files of the chain behind a cut, which count no more. */
  readonly dropped: readonly ChainFile[]
}

interface Place {
  readonly view: JournalView
  readonly at: number
  readonly sequence: number
  /** Frames of the write at hand that are still to come; undefined when nobody knows. */
  readonly following: number | undefined
  readonly limit: number
}

/** How to go on at a place where no good frame is. */
type Step =
  /** A frame, and where in the file it stands. */
  | { readonly kind: 'frame'; readonly header: FrameHeader; readonly standsAt: number }
  /** Nothing to be read up to here; `lost` is the header of a frame whose content does not check. */
  | { readonly kind: 'go-on'; readonly at: number; readonly lost?: FrameHeader }
  | { readonly kind: 'end' }

export async function replayJournal(options: {
  readonly disk: Disk
  readonly chain: JournalChain
  readonly visitor: ReplayVisitor
}): Promise<ReplayEnd> {
  const replay = new Replay(options.disk, options.visitor, options.chain.durable)
  return replay.run(options.chain.files)
}

class Replay {
  readonly #disk: Disk
  readonly #visitor: ReplayVisitor
  #durable: number
  /** Those of the file at hand, once they were asked for. */
  #strays: ReadonlyMap<number, StrayFrame> | undefined

  constructor(disk: Disk, visitor: ReplayVisitor, durable: number) {
    this.#disk = disk
    this.#visitor = visitor
    this.#durable = durable
  }

  async run(files: readonly ChainFile[]): Promise<ReplayEnd> {
    let end = { generation: 0, bytes: 0 }
    for (const [index, file] of files.entries()) {
      const view = await openJournalView(this.#disk, file)
      try {
        const read = await this.#readFile(view, file, index === files.length - 1)
        end = { generation: file.generation, bytes: read.bytes }
        if (read.cut) return { ...end, durable: this.#durable, dropped: files.slice(index + 1) }
      } finally {
        await view.close()
      }
    }
    return { ...end, durable: this.#durable, dropped: [] }
  }

  async #readFile(
    view: JournalView,
    file: ChainFile,
    isNewest: boolean
  ): Promise<{ bytes: number; cut: boolean }> {
    const limit = file.end ?? Math.max(view.size, this.#durableEnd(view))
    this.#strays = undefined
    let at = file.from
    let writtenAt = at
    let sequence = 0
    let following: number | undefined
    while (at < limit) {
      const step = await this.#next({ view, at, sequence, following, limit })
      if (step.kind === 'end') return { bytes: at, cut: true }
      if (step.kind === 'go-on') {
        at = step.at
        following = step.lost?.following
        continue
      }
      const { header } = step
      if (header.sequence !== sequence) writtenAt = at
      sequence = header.sequence
      following = header.following
      this.#durable = Math.max(this.#durable, header.durable)
      await this.#visitor.frame({
        header,
        payload: payloadAt(view, step.standsAt, header),
        position: journalPosition(file.generation, writtenAt)
      })
      at += frameBytes(header.payloadBytes)
      // On a full disk there may have been no room for more than the frame itself.
      if (header.kind === FrameKind.abandoned) at = blockEnd(at)
      if (header.kind === FrameKind.rolled && isNewest) throw missingFile(header.partition)
      // Nothing else is written behind either; after a clean stop the next start goes on in a new file.
      if (header.kind === FrameKind.rolled) break
      if (header.kind === FrameKind.closing && !(await pointsOn(view, blockEnd(at)))) break
    }
    return { bytes: file.end ?? blockEnd(at), cut: false }
  }

  async #next(place: Place): Promise<Step> {
    const { view, at, following, limit } = place
    // Behind the last frame of a write is padding, whatever has become of it.
    if (at % blockBytes !== 0 && following === 0) return { kind: 'go-on', at: blockEnd(at) }
    const header = await view.header(at)
    if (header !== undefined && belongs(place, header)) {
      if (at + frameBytes(header.payloadBytes) <= limit) {
        await view.load(at + frameBytes(header.payloadBytes))
        if (checkPayload(header, payloadAt(view, at, header))) return { kind: 'frame', header, standsAt: at }
      }
      return this.#trouble(place, header)
    }
    const mayBePadding = at % blockBytes !== 0 && following === undefined
    if (mayBePadding && view.isPadding(at)) return { kind: 'go-on', at: blockEnd(at) }
    return this.#trouble(place, undefined)
  }

  async #trouble(place: Place, known: FrameHeader | undefined): Promise<Step> {
    const repaired = await repair(place, known)
    if (repaired !== undefined) {
      this.#visitor.repaired(faultAt(place, frameBytes(repaired.payloadBytes), 'a bit had flipped'))
      return { kind: 'frame', header: repaired, standsAt: place.at }
    }
    const stray = await this.#strayFor(place)
    if (stray !== undefined) return this.#fromElsewhere(place, stray)
    if (this.#isDurable(place)) return this.#passOver(place, known)
    const behind = await survey(place)
    this.#durable = Math.max(this.#durable, behind.durable)
    if (this.#isDurable(place)) return this.#passOver(place, known)
    await this.#cut(place, known, behind.end)
    return { kind: 'end' }
  }

  async #strayFor(place: Place): Promise<StrayFrame | undefined> {
    if (this.#strays === undefined) {
      this.#strays = await findStrays(place.view)
      for (const { header } of this.#strays.values()) {
        this.#durable = Math.max(this.#durable, header.durable)
      }
    }
    const stray = this.#strays.get(place.at)
    return stray !== undefined && belongs(place, stray.header) ? stray : undefined
  }

  /** The frame that belongs here stands elsewhere: the disk said that it was written, so that it was acknowledged. */
  #fromElsewhere(place: Place, { at, header }: StrayFrame): Step | Promise<Step> {
    const { view, limit } = place
    const bytes = frameBytes(header.payloadBytes)
    const isWhole = at + bytes <= view.size && place.at + bytes <= limit
    if (!isWhole || !checkPayload(header, payloadAt(view, at, header))) return this.#passOver(place, header)
    this.#visitor.repaired(faultAt(place, bytes, 'a write had gone astray'))
    return { kind: 'frame', header, standsAt: at }
  }

  /** A newest file that ends before it has lost its end. */
  #durableEnd({ generation }: JournalView): number {
    return generationOf(this.#durable) === generation ? bytesOf(this.#durable) : 0
  }

  #isDurable({ view, at }: Place): boolean {
    return journalPosition(view.generation, at) < this.#durable
  }

  /** Damage in what was durable: put aside, reported, and read on behind it. */
  async #passOver(place: Place, header: FrameHeader | undefined): Promise<Step> {
    const { view, at, limit } = place
    const known = header === undefined ? undefined : at + frameBytes(header.payloadBytes)
    const next = known !== undefined && known <= limit ? known : await this.#nextKnown(place)
    const reason = header === undefined ? 'a frame cannot be read' : 'the content of a frame does not check'
    const fault = faultAt(place, next - at, reason)
    await this.#visitor.quarantine(fault, view.bytes.subarray(at, Math.min(next, view.size)))
    this.#visitor.damage(fault)
    if (header === undefined) this.#visitor.unknown(fault)
    else this.#visitor.lost(header)
    return header === undefined ? { kind: 'go-on', at: next } : { kind: 'go-on', at: next, lost: header }
  }

  /** The next place where a frame stands, or from which one has gone astray. */
  async #nextKnown(place: Place): Promise<number> {
    let next = await findFrame(place)
    for (const position of this.#strays?.keys() ?? []) {
      if (position > place.at && position < next) next = position
    }
    return next
  }

  /** The end of the log. It is reported when something was begun here, and put aside when it looks whole. */
  async #cut(place: Place, header: FrameHeader | undefined, behind: number): Promise<void> {
    const { view, at } = place
    if (behind > at) {
      const fault = faultAt(place, behind - at, 'a write was torn, and frames behind the tear were dropped')
      await this.#visitor.quarantine(fault, view.bytes.subarray(at, behind))
      return this.#visitor.cut(fault)
    }
    if (header === undefined && at % blockBytes === 0) return
    this.#visitor.cut(faultAt(place, blockEnd(at + 1) - at, 'a write was torn'))
  }
}

function faultAt({ view, at }: Place, bytes: number, reason: string): JournalFault {
  return { file: view.path, position: at, bytes, reason }
}

function payloadAt(view: JournalView, at: number, header: FrameHeader): Buffer {
  return view.bytes.subarray(at + frameHeaderBytes, at + frameHeaderBytes + header.payloadBytes)
}

/**
 * Frames of one write stand side by side; a later write begins at a block. Behind damage nobody knows where the
 * write at hand ends.
 */
function belongs({ at, sequence, following }: Place, header: FrameHeader): boolean {
  if (at % blockBytes === 0 || following === undefined) return header.sequence >= sequence
  return header.sequence === sequence
}

/** Whether the life after a clean stop has begun another file. */
async function pointsOn(view: JournalView, at: number): Promise<boolean> {
  return (await view.header(at))?.kind === FrameKind.rolled
}

async function repair(place: Place, known: FrameHeader | undefined): Promise<FrameHeader | undefined> {
  const { view, at, limit } = place
  if (known === undefined && view.isPadding(at)) return undefined
  const header = known ?? repairFrameHeader(view.bytes, at, view)
  if (header === undefined || !belongs(place, header)) return undefined
  const end = at + frameBytes(header.payloadBytes)
  if (end > limit) return undefined
  await view.load(end)
  const payload = payloadAt(view, at, header)
  return checkPayload(header, payload) || repairPayload(header, payload) ? header : undefined
}
