// Answers that list everything there is also list what other programs have made: only a program's own is compared.

const LISTING = new Set([3, 16, 35, 43, 46, 66, 74, 75])
const NAMES = ['name', 'topic', 'groupId', 'transactionalId', 'resourceName'] as const

export function withoutStrangers(
  key: number,
  request: Record<string, unknown>,
  response: Record<string, unknown>,
  prefix: string
): Record<string, unknown> {
  const named = request['topics'] ?? request['topicPartitions']
  const namesTopics = Array.isArray(named) && named.length > 0
  return LISTING.has(key) && !namesTopics ? (walk(response, prefix) as Record<string, unknown>) : response
}

function walk(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => isOwn(item, prefix)).map((item: unknown) => walk(item, prefix))
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, prefix)]))
}

function isOwn(item: unknown, prefix: string): boolean {
  if (typeof item !== 'object' || item === null) return true
  const holder = item as Record<string, unknown>
  const name = NAMES.map((one) => holder[one]).find((one) => typeof one === 'string')
  return typeof name !== 'string' || (name.startsWith(prefix) && name !== `${prefix}barrier`)
}
