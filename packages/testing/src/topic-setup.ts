/** Makes the topics that a test wants to find, by the rules of CreateTopics. */
import { NaruError } from '@naru/base'
import type { RunningBroker } from '@naru/broker'
import { errorName } from '@naru/protocol'
import type { TestTopic } from './options.ts'

/** Fails with Kafka's error name as `code` when a topic is there already or its name is not allowed. */
export async function createTopics(
  catalog: RunningBroker['context']['topics'],
  topics: readonly (string | TestTopic)[]
): Promise<void> {
  const results = await Promise.all(
    topics.map(topic => {
      const { name, partitions = 1, configs = {} } = typeof topic === 'string' ? { name: topic } : topic
      const settings = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
      return catalog.create({ name, partitionCount: partitions, configs: settings, internal: false })
    })
  )
  for (const result of results) {
    if (result.kind === 'refused') throw new NaruError(errorName(result.error), result.message)
  }
}
