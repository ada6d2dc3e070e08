// The idempotent producer of @platformatic/kafka under cut connections.

import { Producer } from '@platformatic/kafka'
import type { Stream } from '../adapter-loop.ts'
import { runStream } from '../stream-loop.ts'
import type { StreamCommand } from '../wire.ts'

/**
 * Starts the producer with one send at a time: the library numbers a send when it is called, so that of several
 * that wait a retry comes behind its successor, and the broker answers OUT_OF_ORDER_SEQUENCE_NUMBER.
 */
export function startStream(
  base: { readonly bootstrapBrokers: string[]; readonly clientId: string },
  command: StreamCommand
): Stream {
  const producer = new Producer({ ...base, idempotent: true, retries: 200, retryDelay: 50 })
  const send = (value: string): Promise<unknown> =>
    producer.send({ messages: [{ topic: command.topic, partition: 0, value: Buffer.from(value) }] })
  return runStream(command, send, () => producer.close(), 1)
}
