/** A partition from its beginning to its end, in chunks of whole batches. */
import { NaruError } from '@naru/base'
import { lastOffsetOf, splitBatches } from '@naru/protocol'
import type { LogStore, TopicMetadata } from '../ports/index.ts'
import { handOverReadBytes } from './limits.ts'

/** Rejects with RECORDS_LOST where something cannot be read: what is handed over has no holes that nobody knows of. */
export async function* wholeLog(
  log: LogStore,
  { topicId, name }: TopicMetadata,
  partition: number
): AsyncGenerator<Uint8Array> {
  const state = log.state(topicId, partition)
  let offset = state?.logStartOffset ?? 0
  const end = state?.highWatermark ?? 0
  while (offset < end) {
    const wanted = { topicId, partition, offset, maxBytes: handOverReadBytes, minOneBatch: true }
    const result = await log.read({ ...wanted, isolation: 'read-uncommitted' })
    if (result.kind !== 'records') {
      throw new NaruError('RECORDS_LOST', `offset ${offset} of ${name}-${partition} cannot be read`)
    }
    if (result.chunks.length === 0) return
    for (const chunk of result.chunks) {
      const last = splitBatches(chunk).batches.at(-1)
      if (last !== undefined) offset = lastOffsetOf(last.header) + 1
      yield chunk
    }
  }
}
