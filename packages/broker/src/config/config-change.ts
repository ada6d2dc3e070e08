/** Changes to the settings of one resource: decided against the newest metadata, all of them or none. */
import { errorCode } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { resourceKey, type MetadataImage, type MetadataRecord } from '@naru/storage'
import type { BrokerContext } from '../context.ts'
import { CONFIG_VALUE_BYTES_MAX } from '../limits.ts'
import { repeated } from '../repeated.ts'
import {
  absence,
  isProblem,
  nameResource,
  ResourceType,
  type ConfigResource,
  type ResourceProblem
} from './config-resource.ts'
import type { ConfigDefinition } from './definition.ts'
import { configProblem, listItems } from './validation.ts'
import { topicConfigConflict } from '../topics/topic-config.ts'

/** Kafka's AlterConfigOp codes. */
export const ConfigOperation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

export interface ConfigChange {
  readonly name: string
  readonly operation: number
  readonly value: string | null
}

export interface ResourceChange {
  readonly resourceType: number
  readonly resourceName: string
  readonly changes: readonly ConfigChange[]
  /** Takes away every override that is not among the changes (AlterConfigs, KIP-133). */
  readonly replaceAll: boolean
}

/** Makes the change durable, unless only asked whether it could be; the problem, or undefined. */
async function changeConfigs(
  broker: BrokerContext,
  change: ResourceChange,
  validateOnly: boolean
): Promise<ResourceProblem | undefined> {
  if (change.resourceType === ResourceType.topic && change.resourceName === '') {
    return { error: ErrorCode.INVALID_REQUEST, message: 'Topics have no settings that are shared by all.' }
  }
  const resource = nameResource(broker.endpoints.nodeId, change)
  if (isProblem(resource)) return resource
  try {
    return await broker.storage.metadata.change<ResourceProblem | undefined>((image) => {
      const decided = decide(image, resource, change)
      if ('error' in decided) return { records: [], answer: decided }
      const missing = absence({ byName: (name) => image.topicsByName.get(name) }, resource)
      if (missing !== undefined) return { records: [], answer: missing }
      return { records: validateOnly ? [] : decided.records, answer: undefined }
    })
  } catch (error) {
    if (errorCode(error) !== 'KAFKA_STORAGE_ERROR') throw error
    return { error: ErrorCode.KAFKA_STORAGE_ERROR, message: 'The metadata cannot be written.' }
  }
}

type Decision = { readonly records: MetadataRecord[] } | ResourceProblem

function decide(image: MetadataImage, resource: ConfigResource, change: ResourceChange): Decision {
  const names = change.changes.map(({ name }) => name)
  if (new Set(names).size !== names.length) {
    return { error: ErrorCode.INVALID_REQUEST, message: 'Error due to duplicate config keys' }
  }
  const before = image.configs.get(resourceKey(resource.type, resource.name)) ?? new Map<string, string>()
  const after = new Map(change.replaceAll ? [] : before)
  for (const item of change.changes) {
    const problem = apply(resource, item, after)
    if (problem !== undefined) return problem
  }
  const conflict = resource.type === 'topic' ? topicConfigConflict(after) : undefined
  if (conflict !== undefined) return { error: ErrorCode.INVALID_CONFIG, message: conflict }
  return { records: difference(resource, before, after) }
}

function apply(
  resource: ConfigResource,
  { name, operation, value }: ConfigChange,
  settings: Map<string, string>
): ResourceProblem | undefined {
  const definition = resource.definitions.get(name)
  if (operation === ConfigOperation.delete) {
    settings.delete(name)
    return undefined
  }
  if (value === null) {
    const message = `Null value not supported for : ${name}`
    return { error: ErrorCode.INVALID_REQUEST, message }
  }
  if (definition === undefined) {
    const message = `Unknown ${resource.type} config name: ${name}`
    return {
      error: resource.type === 'broker' ? ErrorCode.INVALID_REQUEST : ErrorCode.INVALID_CONFIG,
      message
    }
  }
  if (definition.scope === 'read-only' || (definition.scope === 'per-broker' && resource.name === '')) {
    return {
      error: ErrorCode.INVALID_REQUEST,
      message: `Cannot update these configs dynamically: Set(${name})`
    }
  }
  const next = nextValue(definition, operation, { value, current: settings.get(name) })
  if (typeof next !== 'string') return next
  if (Buffer.byteLength(next) > CONFIG_VALUE_BYTES_MAX) {
    const message = `The value of ${name} would have more than ${CONFIG_VALUE_BYTES_MAX} bytes.`
    return { error: ErrorCode.INVALID_CONFIG, message }
  }
  const problem = configProblem(definition, next)
  if (problem !== undefined) return { error: ErrorCode.INVALID_CONFIG, message: problem }
  settings.set(name, next.trim())
  return undefined
}

function nextValue(
  definition: ConfigDefinition,
  operation: number,
  values: { readonly value: string; readonly current: string | undefined }
): string | ResourceProblem {
  if (operation === ConfigOperation.set) return values.value
  if (operation !== ConfigOperation.append && operation !== ConfigOperation.subtract) {
    return { error: ErrorCode.INVALID_REQUEST, message: `There is no config operation ${operation}.` }
  }
  if (definition.type !== 'list') {
    const message = `Config value ${operation === ConfigOperation.append ? 'append' : 'subtract'} is not allowed for config key: ${definition.name}`
    return { error: ErrorCode.INVALID_CONFIG, message }
  }
  const current = new Set(listItems(values.current ?? definition.defaultValue ?? ''))
  const items = new Set(listItems(values.value))
  if (operation === ConfigOperation.append && items.size === 0 && current.size > 0) {
    return { error: ErrorCode.INVALID_CONFIG, message: `Nothing cannot be appended to ${definition.name}.` }
  }
  const next = operation === ConfigOperation.append ? current.union(items) : current.difference(items)
  return [...next].join(',')
}

function difference(
  { type, name: resourceName }: ConfigResource,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>
): MetadataRecord[] {
  const records: MetadataRecord[] = []
  for (const name of before.keys()) {
    if (!after.has(name))
      records.push({ type: 'config-set', resourceType: type, resourceName, name, value: null })
  }
  for (const [name, value] of after) {
    if (before.get(name) !== value)
      records.push({ type: 'config-set', resourceType: type, resourceName, name, value })
  }
  return records
}

/** Changes several resources, each on its own; one that is named twice is refused each time. */
async function changeResources(
  broker: BrokerContext,
  changes: readonly ResourceChange[],
  validateOnly: boolean
): Promise<(ResourceProblem | undefined)[]> {
  const twice = repeated(changes.map(keyOf))
  const problems: (ResourceProblem | undefined)[] = []
  for (const change of changes) {
    problems.push(
      twice.has(keyOf(change))
        ? { error: ErrorCode.INVALID_REQUEST, message: 'Each resource must appear at most once.' }
        : await changeConfigs(broker, change, validateOnly)
    )
  }
  return problems
}

function keyOf({ resourceType, resourceName }: ResourceChange): string {
  return `${resourceType}:${resourceName}`
}

/** The same for both APIs that change settings: one answer per resource, in the order of the request. */
export async function changeAndAnswer(
  broker: BrokerContext,
  changes: readonly ResourceChange[],
  validateOnly: boolean
): Promise<
  { errorCode: ErrorCode; errorMessage: string | null; resourceType: number; resourceName: string }[]
> {
  const problems = await changeResources(broker, changes, validateOnly)
  return changes.map(({ resourceType, resourceName }, at) => ({
    errorCode: problems[at]?.error ?? ErrorCode.NONE,
    errorMessage: problems[at]?.message ?? null,
    resourceType,
    resourceName
  }))
}
