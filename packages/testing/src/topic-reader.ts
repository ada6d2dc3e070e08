/** Reads what is in a topic, straight from the broker's log, with keys and values unpacked. */
import { NaruError } from '@naru/base'
import { readRecords, splitBatches, threadPoolCompression } from '@naru/protocol'
import type { LogStore, ReadResult, Storage, TopicMetadata } from '@naru/storage'

const READ_BYTES = 1024 ** 2

export interface TestRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** Every record of the topic, partition by partition, in the order of their offsets. Texts are read as UTF-8. */
export async function readTopic(storage: Storage, name: string): Promise<TestRecord[]> {
  const topic = storage.metadata.image.topicsByName.get(name)
  if (topic === undefined) throw new NaruError('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic '${name}'`)
  const records: TestRecord[] = []
  for (let partition = 0; partition < topic.partitionCount; partition++) {
    await readPartition(storage.log, topic, { partition, records })
  }
  return records
}

async function readPartition(
  log: LogStore,
  { topicId }: TopicMetadata,
  { partition, records }: { readonly partition: number; readonly records: TestRecord[] }
): Promise<void> {
  let offset = log.state(topicId, partition)?.logStartOffset ?? 0
  const end = log.state(topicId, partition)?.highWatermark ?? 0
  while (offset < end) {
    const request = { topicId, partition, offset, maxBytes: READ_BYTES, minOneBatch: true } as const
    const result = await log.read({ ...request, isolation: 'read-uncommitted' })
    for (const chunk of chunksOf(result)) {
      for (const { at } of splitBatches(chunk).batches) {
        for (const record of await readRecords(chunk, at, threadPoolCompression)) {
          if (record.offset >= offset) records.push(toTestRecord(partition, record))
          offset = Math.max(offset, record.offset + 1)
        }
      }
    }
  }
}

function chunksOf(result: ReadResult): readonly Uint8Array[] {
  if (result.kind === 'records' && result.bytes > 0) return result.chunks
  throw new NaruError('UNREADABLE', `the log answered ${result.kind} where records are`)
}

function toTestRecord(
  partition: number,
  record: Awaited<ReturnType<typeof readRecords>>[number]
): TestRecord {
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: textOf(record.key),
    value: textOf(record.value),
    headers: Object.fromEntries(record.headers.map(({ key, value }) => [key, textOf(value) ?? '']))
  }
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
