/** What an engine offers to be put through the suite, and helpers that every case uses. */
import type { Uuid } from '@naru/base'
import type { ManualClock } from '@naru/base/node'
import type { StorageLimits } from '../limits.ts'
import type {
  AppendResult,
  LogConfig,
  MetadataRecord,
  ReadRequest,
  ReadResult,
  Storage
} from '../ports/index.ts'
import {
  suiteBatch,
  suiteMarker,
  suiteRecords,
  type SuiteBatch,
  type SuiteMarker,
  type SuiteRecord
} from './batches.ts'

export interface SuiteOptions {
  readonly limits?: Partial<StorageLimits>
  readonly logConfig?: Partial<LogConfig>
}

export interface SuiteEngine {
  storage: Storage
  readonly clock: ManualClock
  /** Closes the storage and opens it on the same data, if that is where it keeps any. */
  reopen(): Promise<void>
  dispose(): Promise<void>
}

export type OpenSuiteEngine = (options: SuiteOptions) => Promise<SuiteEngine>

let topicCount = 0

/** An id that no other topic of this process has. */
export function suiteTopicId(): Uuid {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(++topicCount, 12)
  bytes[0] = 1
  return bytes.toString('base64url') as Uuid
}

export async function createTopic(
  storage: Storage,
  name: string,
  options: { readonly partitionCount?: number; readonly configs?: Readonly<Record<string, string>> } = {}
): Promise<Uuid> {
  const topicId = suiteTopicId()
  const partitionCount = options.partitionCount ?? 1
  const records: MetadataRecord[] = [
    { type: 'topic-created', name, topicId, partitionCount, internal: false }
  ]
  for (const [key, value] of Object.entries(options.configs ?? {})) {
    records.push({ type: 'config-set', resourceType: 'topic', resourceName: name, name: key, value })
  }
  await storage.metadata.change(() => ({ records, answer: undefined }))
  return topicId
}

export async function removeTopic(storage: Storage, topicId: Uuid): Promise<void> {
  await storage.metadata.change(() => ({ records: [{ type: 'topic-removed', topicId }], answer: undefined }))
}

export async function append(storage: Storage, batch: SuiteBatch): Promise<AppendResult> {
  const [result] = await storage.log.append([suiteBatch(batch)])
  return result as AppendResult
}

/** Ends a transaction; the answer's kind. */
export async function end(storage: Storage, marker: SuiteMarker): Promise<AppendResult['kind'] | undefined> {
  const [result] = await storage.log.append([suiteMarker(marker)])
  return result?.kind
}

export function read(
  storage: Storage,
  topicId: Uuid,
  offset: number,
  options: {
    readonly maxBytes?: number
    readonly partition?: number
    readonly minOneBatch?: boolean
    readonly isolation?: ReadRequest['isolation']
  } = {}
): Promise<ReadResult> {
  return Promise.resolve(
    storage.log.read({
      topicId,
      partition: options.partition ?? 0,
      offset,
      maxBytes: options.maxBytes ?? 1_000_000,
      minOneBatch: options.minOneBatch ?? true,
      isolation: options.isolation ?? 'read-uncommitted'
    })
  )
}

/** Everything from an offset to the end, in as many reads as it takes. */
export async function readAll(
  storage: Storage,
  topicId: Uuid,
  options: { readonly from?: number; readonly partition?: number; readonly maxBytes?: number } = {}
): Promise<SuiteRecord[]> {
  const records: SuiteRecord[] = []
  let offset = options.from ?? 0
  for (;;) {
    const result = await read(storage, topicId, offset, options)
    if (result.kind !== 'records') throw new Error(`read at ${offset} answered ${result.kind}`)
    const found = suiteRecords(result.chunks).filter((record) => record.offset >= offset)
    const last = found.at(-1)
    if (last === undefined) return records
    records.push(...found)
    offset = last.offset + 1
  }
}

export async function valuesOf(storage: Storage, topicId: Uuid, from = 0): Promise<string[]> {
  return (await readAll(storage, topicId, { from })).map((record) => record.value)
}
