// Adapter for kafkajs 2.2.4. It speaks gzip by itself; the other codecs are plugins, as its users install them.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import kafkajs, {
  type EachBatchPayload,
  type IHeaders,
  type KafkaMessage,
  type Message,
  type SeekEntry
} from 'kafkajs'
import snappy from 'kafkajs-snappy'
import { compressFrame, decompressFrame } from 'lz4-napi'
import { decode, encode, serve } from '../adapter-loop.ts'
import type { BrokerAddress, Codec, ConsumeCommand, ProduceCommand, WireRecord } from '../wire.ts'
import { startMember } from './member.ts'
import { startStream } from './stream.ts'

const { CompressionCodecs, CompressionTypes, Kafka, KafkaJSProtocolError, logLevel } = kafkajs

CompressionCodecs[CompressionTypes.Snappy] = snappy
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder: { buffer: Buffer }) => compressFrame(encoder.buffer),
  decompress: (buffer: Buffer) => decompressFrame(buffer)
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: (encoder: { buffer: Buffer }) => Promise.resolve(zstdCompressSync(encoder.buffer)),
  decompress: (buffer: Buffer) => Promise.resolve(zstdDecompressSync(buffer))
})

const compressionTypes: Readonly<Record<Codec, number>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD
}

const newClient = ({ bootstrap, clientId }: BrokerAddress) =>
  new Kafka({ brokers: [bootstrap], clientId, logLevel: logLevel.NOTHING })

function toHeaders(headers: WireRecord['h']): IHeaders {
  return Object.fromEntries(headers.map(([name, value]) => [name, decode(value) ?? undefined]))
}

function toMessage(record: WireRecord): Message {
  return {
    key: decode(record.k),
    value: decode(record.v),
    partition: record.p,
    headers: toHeaders(record.h),
    ...(record.t === null ? {} : { timestamp: String(record.t) })
  }
}

export function toRecord(partition: number, message: KafkaMessage): WireRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string | null] => [name, encode(one)])
  )
  return {
    k: encode(message.key),
    v: encode(message.value),
    h: headers,
    t: Number(message.timestamp),
    p: partition,
    o: Number(message.offset)
  }
}

async function produce(command: ProduceCommand): Promise<{ offsets: number[] }> {
  const client = newClient(command)
  const producer = client.producer({
    idempotent: command.idempotent,
    ...(command.idempotent ? {} : { retry: { retries: 5 } })
  })
  await producer.connect()
  try {
    const messages = command.records.map(toMessage)
    const compression = compressionTypes[command.compression]
    const results = await producer.send({ topic: command.topic, acks: -1, compression, messages })
    const next = new Map(results.map((result) => [result.partition, Number(result.baseOffset)]))
    const offsets = command.records.map((record) => {
      const offset = next.get(record.p) ?? -1
      next.set(record.p, offset + 1)
      return offset
    })
    return { offsets }
  } finally {
    await producer.disconnect()
  }
}

/** Where to seek: kafkajs has no start by time beyond the admin's look-up. */
async function offsetsAt(command: ConsumeCommand, timestamp: number): Promise<readonly SeekEntry[]> {
  const admin = newClient(command).admin()
  await admin.connect()
  try {
    return await admin.fetchTopicOffsetsByTimestamp(command.topic, timestamp)
  } finally {
    await admin.disconnect()
  }
}

let nextGroup = 0

/** kafkajs reads in groups only, so each call is a group of its own. */
async function consume(command: ConsumeCommand): Promise<{ records: WireRecord[] }> {
  const groupId = `read-${command.clientId}-${process.pid}-${nextGroup++}`
  const { topic, fromTimestamp } = command
  const seeks = fromTimestamp === undefined ? [] : await offsetsAt(command, fromTimestamp)
  const consumer = newClient(command).consumer({ groupId, maxWaitTimeInMs: 200 })
  // Before this event there is no group to seek in, and right after it the first fetch starts.
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { partition, offset } of seeks) consumer.seek({ topic, partition, offset })
  })
  const records: WireRecord[] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, command.timeoutMs)
  try {
    await consumer.connect()
    await consumer.subscribe({ topic: command.topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }: EachBatchPayload) => {
        if (command.partitions.includes(batch.partition))
          records.push(...batch.messages.map((message) => toRecord(batch.partition, message)))
        if (records.length >= command.count) resolve()
      }
    })
    await done
  } finally {
    clearTimeout(timer)
    await consumer.disconnect()
  }
  return { records }
}

serve(
  {
    produce,
    consume,
    startMember: (command) => startMember(newClient(command), command, toRecord),
    startStream: (command) => startStream(newClient(command), command)
  },
  (error) => (error instanceof KafkaJSProtocolError ? error.code : undefined)
)
