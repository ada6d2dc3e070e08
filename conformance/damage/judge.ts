/** Starts the engine on a damaged folder, reads everything, and holds it against what was written. */
import { errorCode } from '@naru/base'
import { lastOffsetOf, splitBatches } from '@naru/protocol'
import type { FaultyDisk } from '@naru/simulator'
import type { Storage } from '@naru/storage'
import { startOn, type LogPlace } from './folder.ts'

/** Batches in order, as they were served before the damage. */
export interface WrittenLog extends LogPlace {
  readonly batches: ReadonlyArray<{
    readonly baseOffset: number
    readonly lastOffset: number
    readonly bytes: Buffer
  }>
  readonly endOffset: number
}

export interface Judgement {
  /**
   * `whole`: every record is served. `reported`: some answer corrupt, and the start or the reader said so. `refused`: the
   * start says why. `shorter`: the log ends earlier, and nothing says so. `wrong`: something else was served.
   */
  readonly verdict: 'whole' | 'reported' | 'refused' | 'shorter' | 'wrong'
  readonly code?: string
  /** Batches that cannot be read. */
  readonly lostBatches: number
  /** Batches that are served per log, for cuts. */
  readonly served: readonly number[]
  /** Where reading went wrong. */
  readonly detail?: string
}

export async function written(disk: FaultyDisk, logs: readonly LogPlace[]): Promise<WrittenLog[]> {
  const copy = disk.clone({ seed: 1 })
  const storage = await startOn(copy)
  const found: WrittenLog[] = []
  for (const place of logs) {
    const batches: { baseOffset: number; lastOffset: number; bytes: Buffer }[] = []
    const endOffset = storage.log.state(place.topicId, place.partition)?.highWatermark ?? 0
    for (let offset = 0; offset < endOffset;) {
      const result = await readAt(storage, place, offset)
      if (result.kind !== 'records')
        throw new Error(`the undamaged folder answers ${result.kind} at ${offset}`)
      for (const batch of batchesOf(result.chunks)) {
        batches.push({ ...batch, bytes: Buffer.from(batch.bytes) })
        offset = batch.lastOffset + 1
      }
    }
    found.push({ ...place, batches, endOffset })
  }
  await storage.abandon()
  return found
}

function readAt(storage: Storage, { topicId, partition }: LogPlace, offset: number) {
  const wanted = { topicId, partition, offset, maxBytes: 256 * 1024, minOneBatch: true }
  return storage.log.read({ ...wanted, isolation: 'read-uncommitted' })
}

function batchesOf(chunks: readonly Uint8Array[]) {
  return chunks.flatMap((chunk) =>
    splitBatches(chunk).batches.map(({ at, header }) => ({
      baseOffset: header.baseOffset,
      lastOffset: lastOffsetOf(header),
      bytes: Buffer.from(chunk.buffer, chunk.byteOffset + at, header.batchLength + 12)
    }))
  )
}

/** Changes the disk that it is given. */
export async function judge(disk: FaultyDisk, logs: readonly WrittenLog[]): Promise<Judgement> {
  let storage: Storage
  try {
    storage = await startOn(disk)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    return { verdict: 'refused', code, lostBatches: 0, served: [] }
  }
  try {
    return await judgeServed(storage, logs)
  } finally {
    await storage.abandon()
  }
}

async function judgeServed(storage: Storage, logs: readonly WrittenLog[]): Promise<Judgement> {
  let lostBatches = 0
  let shorter = false
  const served: number[] = []
  for (const log of logs) {
    const read = await compare(storage, log)
    served.push(read.served)
    if (read.detail !== undefined) return { verdict: 'wrong', lostBatches, served, detail: read.detail }
    lostBatches += read.lost
    shorter ||= read.shorter
  }
  if (shorter) return { verdict: 'shorter', lostBatches, served }
  return { verdict: lostBatches > 0 ? 'reported' : 'whole', lostBatches, served }
}

interface Compared {
  served: number
  lost: number
  shorter: boolean
  detail?: string
}

async function compare(storage: Storage, log: WrittenLog): Promise<Compared> {
  const state = storage.log.state(log.topicId, log.partition)
  const end = state?.highWatermark ?? 0
  const result: Compared = { served: 0, lost: 0, shorter: end < log.endOffset }
  if (end > log.endOffset) result.detail = `the log ends at ${end}, not at ${log.endOffset}`
  if ((state?.logStartOffset ?? 0) > 0) result.detail = `the log begins at ${state?.logStartOffset}`
  let next = 0
  while (result.detail === undefined) {
    const wanted = log.batches[next]
    if (wanted === undefined || wanted.baseOffset >= end) break
    const read = await readAt(storage, log, wanted.baseOffset)
    if (read.kind === 'corrupt') {
      result.lost++
      next++
    } else if (read.kind !== 'records' || read.chunks.length === 0) {
      result.detail = `${wanted.baseOffset} answers ${read.kind} and nothing`
    } else next = take(result, log, batchesOf(read.chunks), next)
  }
  return result
}

/** Compares batches that were served with those that should be; gives the next one that is wanted. */
function take(result: Compared, log: WrittenLog, found: ReturnType<typeof batchesOf>, from: number): number {
  let next = from
  for (const { baseOffset, bytes } of found) {
    const wanted = log.batches[next]
    if (wanted === undefined || wanted.baseOffset !== baseOffset || !wanted.bytes.equals(bytes)) {
      result.detail = `another batch than that at ${wanted?.baseOffset} was served at ${baseOffset}`
      break
    }
    result.served++
    next++
  }
  return next
}
