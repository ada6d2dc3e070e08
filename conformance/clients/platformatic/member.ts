// One member of a consumer group in @platformatic/kafka.

import { Consumer, MessagesStreamFallbackModes, MessagesStreamModes, type Message } from '@platformatic/kafka'
import { tell, type Member } from '../adapter-loop.ts'
import type { JoinCommand, WireRecord } from '../wire.ts'

const cooperativeProtocols = [{ name: 'cooperative-sticky', version: 1 }]

/** Joins the group and tells the driver assignments and records until it leaves. */
export async function startMember(
  base: { readonly bootstrapBrokers: string[]; readonly clientId: string },
  command: JoinCommand,
  toRecord: (message: Message) => WireRecord
): Promise<Member> {
  const { session, topic } = command
  const consumer = new Consumer({
    ...base,
    groupId: command.group,
    autocommit: false,
    sessionTimeout: command.sessionTimeoutMs,
    rebalanceTimeout: 20_000,
    heartbeatInterval: 500,
    metadataMaxAge: 2000,
    maxWaitTime: 200,
    // The default gives up after three tries a second apart, sooner than a broker is back.
    retries: true,
    retryDelay: 250,
    ...(command.instanceId === undefined ? {} : { groupInstanceId: command.instanceId }),
    ...(command.cooperative ? { protocols: cooperativeProtocols } : {})
  })
  const tellAssignment = (): void => {
    const partitions = (consumer.assignments ?? []).find((one) => one.topic === topic)?.partitions ?? []
    tell({ session, event: 'assigned', partitions: partitions.toSorted((a, b) => a - b) })
  }
  const fail = (error: unknown): void => tell({ session, event: 'failed', message: String(error) })
  consumer.on('consumer:group:join', tellAssignment)
  if (!command.cooperative)
    consumer.on('consumer:group:rebalance', () => tell({ session, event: 'assigned', partitions: [] }))
  const delivered = new Map<number, bigint>()
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST
  })
  stream.on('error', fail)
  stream.on('data', (message) => {
    tell({ session, event: 'records', records: [toRecord(message)] })
    delivered.set(message.partition, message.offset + 1n)
  })
  return {
    commit: () =>
      consumer.commit({
        offsets: [...delivered].map(([partition, offset]) => ({ topic, partition, offset, leaderEpoch: 0 }))
      }),
    leave: () => consumer.close(true)
  }
}
