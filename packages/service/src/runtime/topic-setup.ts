/** Makes the topics of a service that are missing, and keeps retry and dead letter topics wide enough for their own. */
import { type Admin, type CallOptions, KafkaError, type NewTopic } from '@naru/client'
import { COMPANION_EXTRA_BYTES } from '../limits.ts'
import { messageBytesMax } from '../retry/record-limits.ts'
import { deadLetterTopic, retryTopic } from '../retry/topics.ts'

export interface TopicSetupOptions {
  readonly group: string
  /** Topics with handlers: these get a retry and a dead letter topic. */
  readonly handled: readonly string[]
  /** Topics that are published to. */
  readonly published: readonly string[]
  /** The broker's default when left out. */
  readonly partitions: number | undefined
  readonly replicationFactor: number | undefined
  /** False: what is missing is an error. */
  readonly mayCreate: boolean
}

export async function setUpTopics(
  admin: Admin,
  options: TopicSetupOptions,
  call: CallOptions
): Promise<void> {
  const { partitions, replicationFactor, group } = options
  for (const topic of new Set([...options.handled, ...options.published])) {
    await ensureTopic(admin, { topic, partitions, replicationFactor }, options.mayCreate, call)
  }
  for (const topic of options.handled) {
    const { partitions: own } = await admin.describeTopic(topic, call)
    for (const companion of [retryTopic(topic, group), deadLetterTopic(topic, group)]) {
      if (!(await isThere(admin, companion, call))) {
        const bytes = (await messageBytesMax(admin, topic, call)) + COMPANION_EXTRA_BYTES
        const configs = { 'max.message.bytes': String(bytes) }
        const wanted = { topic: companion, partitions: own.length, replicationFactor, configs }
        await ensureTopic(admin, wanted, true, call)
      }
      const { partitions: has } = await admin.describeTopic(companion, call)
      if (has.length < own.length) await admin.setPartitions(companion, own.length, call)
    }
  }
}

/** Creates a topic unless it is there; somebody else may be creating it at the same time. */
export async function ensureTopic(
  admin: Admin,
  wanted: NewTopic,
  mayCreate: boolean,
  call: CallOptions
): Promise<void> {
  if (await isThere(admin, wanted.topic, call)) return
  if (!mayCreate) {
    const message = `there is no topic ${wanted.topic}, and the service may not create it`
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message, { topic: wanted.topic })
  }
  const { topic, ...settings } = wanted
  try {
    await admin.createTopic(topic, settings, call)
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== 'TOPIC_ALREADY_EXISTS') throw error
  }
  await known(admin, topic, call)
}

async function isThere(admin: Admin, topic: string, call: CallOptions): Promise<boolean> {
  const [found] = await admin.describeTopics([topic], call)
  return found !== undefined && 'info' in found
}

/** On a cluster a new topic reaches all brokers a moment later. */
async function known(admin: Admin, topic: string, call: CallOptions): Promise<void> {
  for (let tries = 0; tries < KNOWN_TRIES; tries++) {
    const [found] = await admin.describeTopics([topic], call)
    if (found !== undefined && 'info' in found && found.info.partitions.every(({ leader }) => leader >= 0))
      return
  }
}

const KNOWN_TRIES = 50
