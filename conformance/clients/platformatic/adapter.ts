// Adapter for @platformatic/kafka.

import { Consumer, MessagesStreamModes, Producer, ProtocolError, type Message } from '@platformatic/kafka'
import { decode, encode, serve } from '../adapter-loop.ts'
import type { BrokerAddress, ConsumeCommand, ProduceCommand, WireRecord } from '../wire.ts'
import { startMember } from './member.ts'
import { startStream } from './stream.ts'

const base = ({ bootstrap, clientId }: BrokerAddress) => ({ bootstrapBrokers: [bootstrap], clientId })

export function toRecord(message: Message): WireRecord {
  return {
    k: encode(message.key),
    v: encode(message.value),
    h: message.headerEntries.map(([name, value]): [string, string | null] => [
      name.toString(),
      encode(value)
    ]),
    t: Number(message.timestamp),
    p: message.partition,
    o: Number(message.offset)
  }
}

/** A null key or value is a field that is left out. */
function toMessage(topic: string, record: WireRecord) {
  const key = decode(record.k)
  const value = decode(record.v)
  return {
    topic,
    partition: record.p,
    ...(key === null ? {} : { key }),
    ...(value === null ? {} : { value }),
    ...(record.t === null ? {} : { timestamp: BigInt(record.t) }),
    headers: new Map(record.h.map(([name, text]) => [Buffer.from(name), decode(text) ?? Buffer.alloc(0)]))
  }
}

async function produce(command: ProduceCommand): Promise<{ offsets: number[] }> {
  const producer = new Producer({ ...base(command), idempotent: command.idempotent, autocreateTopics: true })
  try {
    const result = await producer.send({
      ...(command.idempotent ? {} : { acks: -1 }),
      compression: command.compression,
      messages: command.records.map((record) => toMessage(command.topic, record))
    })
    const next = new Map(result.offsets?.map(({ partition, offset }) => [partition, Number(offset)]))
    const offsets = command.records.map((record) => {
      const offset = next.get(record.p) ?? -1
      next.set(record.p, offset + 1)
      return offset
    })
    return { offsets }
  } finally {
    await producer.close()
  }
}

let nextGroup = 0

async function consume(command: ConsumeCommand): Promise<{ records: WireRecord[] }> {
  const { topic, partitions } = command
  const groupId = `read-${command.clientId}-${process.pid}-${nextGroup++}`
  const consumer = new Consumer({ ...base(command), groupId, autocommit: false, maxWaitTime: 200 })
  const records: WireRecord[] = []
  try {
    const timestamp = command.fromTimestamp === undefined ? -2n : BigInt(command.fromTimestamp)
    const query = { topics: [topic], partitions: { [topic]: [...partitions] } }
    const found = (await consumer.listOffsets({ ...query, timestamp })).get(topic) ?? []
    const ends = (await consumer.listOffsets(query)).get(topic) ?? []
    const offsets = partitions.map((partition) => {
      const offset = found[partition] ?? 0n
      return { topic, partition, offset: offset < 0n ? (ends[partition] ?? 0n) : offset }
    })
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.MANUAL, offsets })
    const timer = setTimeout(() => void stream.close(), command.timeoutMs)
    for await (const message of stream) {
      if (partitions.includes(message.partition)) records.push(toRecord(message))
      if (records.length >= command.count) break
    }
    clearTimeout(timer)
  } finally {
    await consumer.close(true)
  }
  return { records }
}

/** The library nests the broker's answer below errors of its own. */
function codeOf(error: unknown): number | undefined {
  if (error instanceof ProtocolError) return Number(error['apiCode'])
  const nested = error instanceof AggregateError ? error.errors : error instanceof Error ? [error.cause] : []
  for (const one of nested) {
    const code = one === undefined ? undefined : codeOf(one)
    if (code !== undefined) return code
  }
  return undefined
}

serve(
  {
    produce,
    consume,
    startMember: (command) => startMember(base(command), command, toRecord),
    startStream: (command) => startStream(base(command), command)
  },
  codeOf
)
