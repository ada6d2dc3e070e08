/** Whether a topic may have settings: each by itself, and those that have to fit each other. */
import { topicDefinitions } from '../config/topic-definitions.ts'
import { configProblem } from '../config/validation.ts'

/** What is wrong with the setting, or undefined. */
export function topicConfigProblem(name: string, value: string | null): string | undefined {
  const definition = topicDefinitions.get(name)
  if (definition === undefined) return `Unknown topic config name: ${name}`
  if (value === null) return `Null value not supported for topic configs: ${name}`
  return configProblem(definition, value)
}

/** Two settings that contradict each other, as Kafka finds them, or undefined. */
export function topicConfigConflict(settings: ReadonlyMap<string, string>): string | undefined {
  const shortest = numberOf(settings, 'min.compaction.lag.ms')
  const longest = numberOf(settings, 'max.compaction.lag.ms')
  if (shortest <= longest) return undefined
  return `conflict topic config setting min.compaction.lag.ms (${shortest}) > max.compaction.lag.ms (${longest})`
}

function numberOf(settings: ReadonlyMap<string, string>, name: string): number {
  return Number(settings.get(name) ?? topicDefinitions.get(name)?.defaultValue)
}
