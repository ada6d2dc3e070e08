/**
 * Which topics and which groups a decoded request is about. Kafka names these fields alike in all of its APIs, so
 * that one look at the shape serves every request, those of later versions included.
 */
import type { InterceptedRequest } from '@naru/broker'
import { ApiKey } from '@naru/protocol'

/** Looks up what a request mentions by a number or an id. */
export interface Lookups {
  topicName(topicId: string): string | undefined
  /** Topics of an incremental fetch session, whose requests name only what changes. */
  fetchSessionTopics(sessionId: number): readonly string[]
}

const topicListFields = ['topicData', 'topics', 'topicNames', 'forgottenTopicsData']
const topicNameFields = ['name', 'topic', 'topicName']
const groupListFields = ['groups', 'groupsNames']

/** Kafka's code of the topic among the resources that have settings. */
const TOPIC_RESOURCE = 2
/** Kafka's code of the group among the coordinators. */
const GROUP_COORDINATOR = 0

type Fields = Readonly<Record<string, unknown>>

/** Names of the topics that the request mentions. */
export function topicsOf({ key, body }: InterceptedRequest, lookups: Lookups): string[] {
  if (!isObject(body)) return []
  const listed = topicListFields.flatMap((field) => listOf(body, field))
  const inGroups = listOf(body, 'groups').flatMap((group) => (isObject(group) ? listOf(group, 'topics') : []))
  const named = [...listed, ...inGroups].flatMap((item) => topicOf(item, lookups))
  const resources = listOf(body, 'resources').flatMap(topicOfResource)
  const ofSession =
    key === ApiKey.Fetch && typeof body['sessionId'] === 'number'
      ? lookups.fetchSessionTopics(body['sessionId'])
      : []
  return [...named, ...resources, ...ofSession]
}

/** The groups that the request mentions. */
export function groupsOf({ key, body }: InterceptedRequest): string[] {
  if (!isObject(body)) return []
  if (key === ApiKey.FindCoordinator) {
    if (body['keyType'] !== GROUP_COORDINATOR) return []
    return [body['key'], ...listOf(body, 'coordinatorKeys')].filter(isName)
  }
  const listed = groupListFields.flatMap((field) => listOf(body, field))
  const ids = listed.map((group) => (isObject(group) ? group['groupId'] : group))
  return [body['groupId'], ...ids].filter(isName)
}

function topicOf(item: unknown, lookups: Lookups): string[] {
  if (typeof item === 'string') return [item]
  if (!isObject(item)) return []
  for (const field of topicNameFields) {
    const name = item[field]
    if (isName(name)) return [name]
  }
  const topicId = item['topicId']
  const name = typeof topicId === 'string' ? lookups.topicName(topicId) : undefined
  return name === undefined ? [] : [name]
}

function topicOfResource(resource: unknown): string[] {
  if (!isObject(resource) || resource['resourceType'] !== TOPIC_RESOURCE) return []
  return [resource['resourceName']].filter(isName)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function listOf(fields: Fields, name: string): readonly unknown[] {
  const list = fields[name]
  return Array.isArray(list) ? (list as readonly unknown[]) : []
}
