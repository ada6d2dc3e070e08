// One member of a consumer group in kafkajs.

import type { Kafka, KafkaMessage } from 'kafkajs'
import { tell, type Member } from '../adapter-loop.ts'
import type { JoinCommand, WireRecord } from '../wire.ts'

/** Joins the group and tells the driver assignments and records until it leaves. */
export async function startMember(
  client: Kafka,
  command: JoinCommand,
  toRecord: (partition: number, message: KafkaMessage) => WireRecord
): Promise<Member> {
  const { session, topic } = command
  const consumer = client.consumer({
    groupId: command.group,
    sessionTimeout: command.sessionTimeoutMs,
    heartbeatInterval: 500,
    metadataMaxAge: 2000,
    // A member that looks for its topic while that is deleted must not create it.
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 200
  })
  const delivered = new Map<number, number>()
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    tell({
      session,
      event: 'assigned',
      partitions: (payload.memberAssignment[topic] ?? []).toSorted((a, b) => a - b)
    })
  )
  consumer.on(consumer.events.REBALANCING, () => tell({ session, event: 'assigned', partitions: [] }))
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    tell({ session, event: 'failed', message: String(payload.error) })
  )
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      tell({
        session,
        event: 'records',
        records: batch.messages.map((message) => toRecord(batch.partition, message))
      })
      delivered.set(batch.partition, Number(batch.lastOffset()) + 1)
    }
  })
  return {
    commit: () =>
      consumer.commitOffsets(
        [...delivered].map(([partition, offset]) => ({ topic, partition, offset: String(offset) }))
      ),
    leave: () => consumer.disconnect()
  }
}
