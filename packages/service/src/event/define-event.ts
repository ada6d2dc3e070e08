/** What an event is: its name, version, topic, key, and the schema of its payload. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ServiceError } from '../errors.ts'
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts'

export type AnySchema = StandardSchemaV1

/** What `publish` takes. */
export type EventInput<S extends AnySchema> = StandardSchemaV1.InferInput<S>

/** What a handler gets: the payload after the schema has checked, and perhaps converted, it. */
export type EventOutput<S extends AnySchema> = StandardSchemaV1.InferOutput<S>

export interface EventOptions<S extends AnySchema> {
  /** The CloudEvents type, in lower case with dots: `coffee.order-placed`. */
  readonly name: string
  /** From 1 on; versions of one name are compatible with each other. */
  readonly version: number
  readonly topic: string
  /** Events of one key are handled in order; without a key they are handled in any order. */
  readonly key?: ((data: EventInput<S>) => string) | undefined
  /** Any schema that speaks Standard Schema: zod, valibot, ArkType, ... */
  readonly schema: S
  /** The schema as JSON Schema, for libraries that cannot tell it themselves. */
  readonly jsonSchema?: JsonSchema | undefined
  /** One sentence for people; it goes into the contract. */
  readonly description?: string | undefined
}

export interface EventDefinition<S extends AnySchema = AnySchema> {
  readonly name: string
  readonly version: number
  readonly topic: string
  readonly schema: S
  readonly description: string | undefined
  /** Null for events without a key. */
  keyOf(data: EventInput<S>): string | null
  /** The contract of the payload; undefined when neither the library nor the options tell it. */
  jsonSchema(): JsonSchema | undefined
}

const NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/

/**
 * Defines an event; throws INVALID_EVENT when name, version or topic cannot be.
 *
 * ```ts
 * const orderPlaced = defineEvent({
 *   name: 'coffee.order-placed',
 *   version: 1,
 *   topic: 'orders',
 *   key: (order) => order.orderId,
 *   schema: z.object({ orderId: z.string(), drink: z.string() })
 * })
 * ```
 */
export function defineEvent<S extends AnySchema>(options: EventOptions<S>): EventDefinition<S> {
  const { name, version, topic, schema } = options
  if (!NAME.test(name)) throw invalid(`"${name}" is no name of an event: lower case, digits, dashes, dots`)
  if (!Number.isInteger(version) || version < 1) throw invalid(`${name}: a version is an integer from 1 on`)
  if (!TOPIC.test(topic)) throw invalid(`${name}: "${topic}" is no name of a topic`)
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw invalid(`${name}: the schema does not speak Standard Schema`)
  }
  return {
    name,
    version,
    topic,
    schema,
    description: options.description,
    keyOf: (data) => options.key?.(data) ?? null,
    jsonSchema: () => options.jsonSchema ?? jsonSchemaOf(schema)
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('INVALID_EVENT', message)
}
