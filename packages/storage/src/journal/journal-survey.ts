/** Looks behind a place in the journal that does not check, to tell a torn end from damage. */
import {
  frameAlignment,
  frameBytes,
  frameHeaderBytes,
  frameMagicBytes,
  readFrameHeader,
  type FrameHeader
} from './frame.ts'
import type { JournalView } from './journal-view.ts'

export interface SurveyPlace {
  readonly view: JournalView
  readonly at: number
  /** Sequence of the last good write: what is older was refused, or belongs to a former life of the file. */
  readonly sequence: number
  readonly limit: number
}

export interface Survey {
  /** What the frames behind the place know to be durable. */
  readonly durable: number
  /** Where the last of them ends, 0 when there is none. */
  readonly end: number
}

export async function survey(place: SurveyPlace): Promise<Survey> {
  let durable = 0
  let end = 0
  for (let next = place.at; ;) {
    const found = await nextFrame(place, next)
    if (found === undefined) return { durable, end }
    durable = Math.max(durable, found.header.durable)
    end = Math.max(end, Math.min(place.limit, found.at + frameBytes(found.header.payloadBytes)))
    next = found.at
  }
}

/** The next place where a frame stands, or the limit. */
export async function findFrame(place: SurveyPlace): Promise<number> {
  return (await nextFrame(place, place.at))?.at ?? place.limit
}

/** Searches in steps, so that the file is not read further than to the next frame. */
const stepBytes = 1024 * 1024

async function nextFrame(
  { view, sequence, limit }: SurveyPlace,
  after: number
): Promise<{ readonly at: number; readonly header: FrameHeader } | undefined> {
  const end = Math.min(limit, view.size)
  for (let from = after + frameAlignment; from < end;) {
    const to = Math.min(end, from + stepBytes)
    await view.load(to + frameHeaderBytes)
    for (let at = view.bytes.indexOf(frameMagicBytes, from); at >= 0 && at < to;) {
      if (at % frameAlignment === 0) {
        const header = readFrameHeader(view.bytes, at, view)
        if (header !== undefined && header.sequence >= sequence) return { at, header }
      }
      at = view.bytes.indexOf(frameMagicBytes, at + 1)
    }
    from = to
  }
  return undefined
}
