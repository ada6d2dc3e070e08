// The idempotent producer of kafkajs under cut connections.

import type { Kafka } from 'kafkajs'
import type { Stream } from '../adapter-loop.ts'
import { runStream } from '../stream-loop.ts'
import type { StreamCommand } from '../wire.ts'

/** Starts an idempotent producer that sends one record at a time: kafkajs allows no more with idempotence. */
export async function startStream(client: Kafka, command: StreamCommand): Promise<Stream> {
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: 200, initialRetryTime: 50, maxRetryTime: 100 }
  })
  await producer.connect()
  const send = (value: string): Promise<unknown> =>
    producer.send({ topic: command.topic, acks: -1, messages: [{ value, partition: 0 }] })
  return runStream(command, send, () => producer.disconnect(), 1)
}
