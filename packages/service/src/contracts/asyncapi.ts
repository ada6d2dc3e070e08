/** An AsyncAPI 3 document out of the definitions of a service: its channels, messages and operations. */
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import { HeaderName, JSON_CONTENT_TYPE, SPEC_VERSION } from '../event/headers.ts'
import type { JsonSchema } from '../event/json-schema.ts'

export type AsyncApiDocument = Readonly<Record<string, unknown>>

export interface AsyncApiInput {
  readonly service: string
  readonly version: string
  readonly receives: ReadonlyArray<EventDefinition<AnySchema>>
  readonly sends: ReadonlyArray<EventDefinition<AnySchema>>
}

type Json = Record<string, unknown>

export function asyncApiDocument({ service, version, receives, sends }: AsyncApiInput): AsyncApiDocument {
  const all = [...receives, ...sends]
  const channels: Json = {}
  for (const [topic, events] of Map.groupBy(all, (event) => event.topic)) {
    const messages = Object.fromEntries(
      events.map((event) => [messageName(event), { $ref: `#/components/messages/${messageName(event)}` }])
    )
    channels[id(topic)] = { address: topic, messages }
  }
  return {
    asyncapi: '3.0.0',
    info: { title: service, version },
    defaultContentType: JSON_CONTENT_TYPE,
    channels,
    operations: {
      ...operations('receive', receives),
      ...operations('send', sends)
    },
    components: {
      messages: Object.fromEntries(all.map((event) => [messageName(event), message(event)]))
    }
  }
}

function operations(action: 'receive' | 'send', events: ReadonlyArray<EventDefinition<AnySchema>>): Json {
  return Object.fromEntries(
    events.map((event) => {
      const channel = `#/channels/${id(event.topic)}`
      const messages = [{ $ref: `${channel}/messages/${messageName(event)}` }]
      return [`${action}-${messageName(event)}`, { action, channel: { $ref: channel }, messages }]
    })
  )
}

function message(event: EventDefinition<AnySchema>): Json {
  const { $schema: _, ...payload } = { ...event.jsonSchema() } as Json & { readonly $schema?: unknown }
  return {
    name: event.name,
    title: `${event.name} version ${event.version}`,
    ...(event.description === undefined ? {} : { summary: event.description }),
    contentType: JSON_CONTENT_TYPE,
    headers: headers(event),
    payload
  }
}

function headers({ name, version }: EventDefinition<AnySchema>): JsonSchema {
  const texts = [HeaderName.id, HeaderName.source, HeaderName.time, HeaderName.traceParent]
  return {
    type: 'object',
    required: [HeaderName.specVersion, HeaderName.id, HeaderName.source, HeaderName.type],
    properties: {
      [HeaderName.specVersion]: { const: SPEC_VERSION },
      [HeaderName.type]: { const: name },
      [HeaderName.eventVersion]: { const: String(version) },
      ...Object.fromEntries(texts.map((header) => [header, { type: 'string' }]))
    }
  }
}

function messageName({ name, version }: EventDefinition<AnySchema>): string {
  return `${id(name)}-v${version}`
}

/** Keys of channels and messages are letters, digits, dashes and underscores. */
function id(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
}
