/** What a request for configs can name, and what the metadata calls it. */
import { ErrorCode } from '@naru/protocol'
import type { ConfigResourceType } from '@naru/storage'
import type { TopicCatalog } from '../topics/topic-catalog.ts'
import { topicNameProblem } from '../topics/topic-name.ts'
import { brokerDefinitions } from './broker-definitions.ts'
import type { ConfigDefinition } from './definition.ts'
import { groupDefinitions } from './group-definitions.ts'
import { topicDefinitions } from './topic-definitions.ts'

/** Kafka's ConfigResource codes. */
export const ResourceType = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const

export interface ConfigResource {
  readonly type: ConfigResourceType
  readonly name: string
  readonly definitions: ReadonlyMap<string, ConfigDefinition>
}

export interface ResourceProblem {
  readonly error: ErrorCode
  readonly message: string
}

export function isProblem(value: ConfigResource | ResourceProblem): value is ResourceProblem {
  return 'error' in value
}

interface NamedResource {
  readonly resourceType: number
  readonly resourceName: string
}

/** The resource, or why a client gets an error for it. */
export function findResource(
  topics: TopicCatalog,
  nodeId: number,
  request: NamedResource
): ConfigResource | ResourceProblem {
  const named = nameResource(nodeId, request)
  return isProblem(named) ? named : (absence(topics, named) ?? named)
}

/** Why a resource that could be there is not; settings are judged before that, as Kafka's controller does. */
export function absence(
  topics: Pick<TopicCatalog, 'byName'>,
  { type, name }: ConfigResource
): ResourceProblem | undefined {
  if (type !== 'topic' || topics.byName(name) !== undefined) return undefined
  return { error: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message: `The topic '${name}' does not exist.` }
}

/** What the request names, whether or not it exists. */
export function nameResource(nodeId: number, request: NamedResource): ConfigResource | ResourceProblem {
  const { resourceType, resourceName: name } = request
  switch (resourceType) {
    case ResourceType.topic: {
      const problem = topicNameProblem(name)
      if (problem !== undefined) return { error: ErrorCode.INVALID_TOPIC_EXCEPTION, message: problem }
      return { type: 'topic', name, definitions: topicDefinitions }
    }
    case ResourceType.broker: {
      if (name === '' || name === String(nodeId))
        return { type: 'broker', name, definitions: brokerDefinitions }
      const message = `Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`
      return { error: ErrorCode.INVALID_REQUEST, message }
    }
    case ResourceType.group:
      if (name !== '') return { type: 'group', name, definitions: groupDefinitions }
      return { error: ErrorCode.INVALID_REQUEST, message: 'The group name is empty.' }
    default:
      return {
        error: ErrorCode.INVALID_REQUEST,
        message: `Configs of resource type ${resourceType} are not kept here.`
      }
  }
}
