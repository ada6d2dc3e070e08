/** The topics that belong to a topic and a group. */

export function retryTopic(topic: string, group: string): string {
  return `${topic}.${group}.retry`
}

export function deadLetterTopic(topic: string, group: string): string {
  return `${topic}.${group}.dlq`
}

/** The topic whose retry topic this is, for a group; undefined for other topics. */
export function retriedTopic(topic: string, group: string): string | undefined {
  const end = `.${group}.retry`
  return topic.endsWith(end) ? topic.slice(0, -end.length) : undefined
}

export interface DeadLetterName {
  readonly topic: string
  readonly group: string
}

/** What a dead letter topic's name says; the group is what stands after the last dot before the end. */
export function parseDeadLetterTopic(name: string): DeadLetterName | undefined {
  const match = /^(.+)\.([^.]+)\.dlq$/.exec(name)
  const [, topic, group] = match ?? []
  return topic === undefined || group === undefined ? undefined : { topic, group }
}
