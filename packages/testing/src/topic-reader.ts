/** Reads what is in a topic, straight from the broker's log, with keys and values unpacked. */
import { NaruError } from '@naru/base'
import { isControl, lastOffsetOf, readRecords, splitBatches, threadPoolCompression } from '@naru/protocol'
import type { LogStore, ReadResult, Storage, TopicMetadata } from '@naru/storage'

const READ_BYTES = 1024 ** 2

interface Position {
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** A record with its bytes read as UTF-8. */
export interface TestRecord extends Position {
  readonly key: string | null
  readonly value: string | null
  /** Of a name that comes twice, the last value; `readBytes` has them all. */
  readonly headers: Readonly<Record<string, string>>
}

/** A record as it was sent. */
export interface TestRecordBytes extends Position {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
}

/** Every record of the topic, partition by partition, in the order of their offsets. */
export async function readTopic(storage: Storage, name: string): Promise<TestRecordBytes[]> {
  const topic = storage.metadata.image.topicsByName.get(name)
  if (topic === undefined) throw new NaruError('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic '${name}'`)
  const records: TestRecordBytes[] = []
  for (let partition = 0; partition < topic.partitionCount; partition++) {
    await readPartition(storage.log, topic, { partition, records })
  }
  return records
}

/** Offsets between start and end of all partitions: records, and those that were compacted away or only mark. */
export function offsetCount({ metadata, log }: Storage, name: string): number {
  const topic = metadata.image.topicsByName.get(name)
  let count = 0
  for (let partition = 0; partition < (topic?.partitionCount ?? 0); partition++) {
    const state = topic && log.state(topic.topicId, partition)
    count += (state?.highWatermark ?? 0) - (state?.logStartOffset ?? 0)
  }
  return count
}

async function readPartition(
  log: LogStore,
  { topicId }: TopicMetadata,
  { partition, records }: { readonly partition: number; readonly records: TestRecordBytes[] }
): Promise<void> {
  let offset = log.state(topicId, partition)?.logStartOffset ?? 0
  const end = log.state(topicId, partition)?.highWatermark ?? 0
  while (offset < end) {
    const request = { topicId, partition, offset, maxBytes: READ_BYTES, minOneBatch: true } as const
    const result = await log.read({ ...request, isolation: 'read-uncommitted' })
    for (const chunk of chunksOf(result)) {
      for (const { at, header } of splitBatches(chunk).batches) {
        const found = isControl(header.attributes) ? [] : await readRecords(chunk, at, threadPoolCompression)
        for (const { timestampType: _, sequence: __, ...record } of found) {
          if (record.offset >= offset && record.offset < end) records.push({ partition, ...record })
        }
        offset = Math.max(offset, lastOffsetOf(header) + 1)
      }
    }
  }
}

function chunksOf(result: ReadResult): readonly Uint8Array[] {
  if (result.kind === 'records' && result.bytes > 0) return result.chunks
  throw new NaruError('UNREADABLE', `the log answered '${result.kind}' where records are`)
}

export function asText({ key, value, headers, ...position }: TestRecordBytes): TestRecord {
  return {
    ...position,
    key: textOf(key),
    value: textOf(value),
    headers: Object.fromEntries(headers.map((header) => [header.key, textOf(header.value) ?? '']))
  }
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
