/** Clients of strangers, set up for tests: quick to try again, quiet, and closed with their scope. */
import {
  Admin,
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
  type ConsumerOptions,
  type ProducerOptions
} from '@platformatic/kafka'
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs'
import type { TestBroker } from '@naru/testing'

type Texts = Producer<string, string, string, string>
type TextConsumer = Consumer<string, string, string, string>

const quick = { retries: 5, retryDelay: 20 } as const

/** Closes it when the scope ends, whatever state the broker is in by then. */
function disposable<Client extends object>(
  client: Client,
  close: () => Promise<void>
): Client & AsyncDisposable {
  return Object.assign(client, { [Symbol.asyncDispose]: () => close().catch(() => undefined) })
}

export function producerOf(
  broker: TestBroker,
  options: Partial<ProducerOptions<string, string, string, string>> = {}
): Texts & AsyncDisposable {
  const producer: Texts = new Producer({
    bootstrapBrokers: [broker.bootstrap],
    clientId: 'producer',
    serializers: stringSerializers,
    ...quick,
    ...options
  })
  return disposable(producer, () => producer.close(true))
}

export function consumerOf(
  broker: TestBroker,
  options: Partial<ConsumerOptions<string, string, string, string>> = {}
): TextConsumer & AsyncDisposable {
  const consumer: TextConsumer = new Consumer({
    bootstrapBrokers: [broker.bootstrap],
    clientId: 'consumer',
    groupId: 'readers',
    deserializers: stringDeserializers,
    maxWaitTime: 100,
    ...quick,
    ...options
  })
  return disposable(consumer, () => consumer.close(true))
}

export function adminOf(broker: TestBroker): Admin & AsyncDisposable {
  const admin = new Admin({ bootstrapBrokers: [broker.bootstrap], clientId: 'admin', ...quick })
  return disposable(admin, () => admin.close())
}

export function kafkajsOf(broker: TestBroker, options: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({
    brokers: [broker.bootstrap],
    clientId: 'kafkajs',
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, retries: 8 },
    ...options
  })
}

/** Sends one record and waits for its acknowledgement. */
export async function send(producer: Texts, topic: string, ...values: readonly string[]): Promise<void> {
  for (const value of values) await producer.send({ acks: -1, messages: [{ topic, partition: 0, value }] })
}
