/** Which names a topic may have: Kafka's rules, since names become folders and metric names. */

const NAME_LENGTH_MAX = 249
const LEGAL = /^[a-zA-Z0-9._-]+$/

/** What is wrong with the name, or undefined. */
export function topicNameProblem(name: string): string | undefined {
  if (name.length === 0) return 'the topic name is empty'
  if (name === '.' || name === '..') return `a topic cannot be named '${name}'`
  if (name.length > NAME_LENGTH_MAX) return `the topic name has more than ${NAME_LENGTH_MAX} characters`
  if (!LEGAL.test(name))
    return `the topic name '${name}' has characters other than a-z, A-Z, 0-9, '.', '_' and '-'`
  return undefined
}

/** Names that differ only in '.' and '_' are one in Kafka's metrics, so that a topic may not join another there. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}
