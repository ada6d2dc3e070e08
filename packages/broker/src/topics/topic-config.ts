/** Whether a topic may have a setting, as CreateTopics asks before it makes one. */
import { topicDefinitions } from '../config/topic-definitions.ts'
import { configProblem } from '../config/validation.ts'

/** What is wrong with the setting, or undefined. */
export function topicConfigProblem(name: string, value: string | null): string | undefined {
  const definition = topicDefinitions.get(name)
  if (definition === undefined) return `Unknown topic config name: ${name}`
  if (value === null) return `Null value not supported for topic configs: ${name}`
  return configProblem(definition, value)
}
