// The idempotent producer of @platformatic/kafka under cut connections.

import { Producer } from '@platformatic/kafka'
import { runStream, type Stream } from '../stream-loop.ts'
import type { StreamCommand } from '../wire.ts'

export type { Stream }

/** Starts the producer; the library itself keeps idempotent sends one after another. */
export function startStream(
  base: { readonly bootstrapBrokers: string[]; readonly clientId: string },
  command: StreamCommand
): Stream {
  const producer = new Producer({ ...base, idempotent: true, retries: 200, retryDelay: 50 })
  const send = (value: string): Promise<unknown> =>
    producer.send({ messages: [{ topic: command.topic, partition: 0, value: Buffer.from(value) }] })
  return runStream(command, send, () => producer.close())
}
