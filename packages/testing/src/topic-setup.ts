/** Makes the topics that a test wants to find, by the rules of CreateTopics. */
import { NaruError } from '@naru/base'
import type { RunningBroker } from '@naru/broker'
import { ErrorCode, errorName } from '@naru/protocol'
import type { TestTopic } from './options.ts'

/**
 * Fails with Kafka's error name as `code` when a topic cannot be made as it was asked for, and, unless `keep` says
 * that this is fine, when it is there already.
 */
export async function createTopics(
  { topics: catalog, config }: RunningBroker['context'],
  topics: readonly (string | TestTopic)[],
  { keep = false } = {}
): Promise<void> {
  const results = await Promise.all(
    topics.map((topic) => {
      const { name, partitions, configs = {} } = typeof topic === 'string' ? { name: topic } : topic
      const settings = Object.entries(configs).map(([key, value]) => ({ name: key, value: String(value) }))
      const partitionCount = partitions ?? config.number('num.partitions')
      return catalog.create({ name, partitionCount, configs: settings, internal: false })
    })
  )
  for (const result of results) {
    if (result.kind === 'created' || (keep && result.error === ErrorCode.TOPIC_ALREADY_EXISTS)) continue
    throw new NaruError(errorName(result.error), result.message)
  }
}
