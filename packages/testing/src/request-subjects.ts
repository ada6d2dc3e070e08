/**
 * Which topics and which group a decoded request is about. Kafka names these fields alike in all of its APIs, so
 * that one look at the shape serves every request, those of later versions included.
 */

const topicListFields = ['topicData', 'topics', 'topicNames', 'responses']
const topicNameFields = ['name', 'topic', 'topicName']

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Names of the topics that the request mentions; topic ids are looked up. */
export function topicsOf(body: unknown, topicName: (topicId: string) => string | undefined): string[] {
  if (!isObject(body)) return []
  return topicListFields.flatMap((field) => {
    const list = body[field]
    return Array.isArray(list) ? list.flatMap((item: unknown) => nameOf(item, topicName)) : []
  })
}

function nameOf(item: unknown, topicName: (topicId: string) => string | undefined): string[] {
  if (typeof item === 'string') return [item]
  if (!isObject(item)) return []
  for (const field of topicNameFields) {
    const name = item[field]
    if (typeof name === 'string' && name !== '') return [name]
  }
  const topicId = item['topicId']
  const name = typeof topicId === 'string' ? topicName(topicId) : undefined
  return name === undefined ? [] : [name]
}

/** The group that the request mentions. */
export function groupOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined
  const group = body['groupId'] ?? body['key']
  if (typeof group === 'string') return group
  const groups = body['groups']
  const first: unknown = Array.isArray(groups) ? groups[0] : undefined
  if (typeof first === 'string') return first
  return isObject(first) && typeof first['groupId'] === 'string' ? first['groupId'] : undefined
}
