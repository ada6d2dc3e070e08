/** One generated file for each kind of description: an API, a header, a record of an internal topic, plain data. */
import { structNames, buildMessage, neverFlexible, parseRange, type Message } from './model.ts'
import { printFile } from './print-file.ts'
import type { ApiSchema, Loaded, MessageSchema, RecordSchema } from '../../packages/protocol/schema/load.ts'

export function printApiFile({ file, schema }: Loaded<ApiSchema>): string {
  const { name } = schema
  const inRequest = structNames(schema.request)
  const sharedNames = new Set(structNames(schema.response).filter((struct) => inRequest.includes(struct)))
  const common = { versions: schema.versions, flexible: schema.flexible, sharedNames }
  const request = buildMessage({
    ...common,
    name: `${name}Request`,
    body: schema.request,
    about: schema.request.about,
    response: false
  })
  const response = buildMessage({
    ...common,
    name: `${name}Response`,
    body: schema.response,
    about: schema.response.about,
    response: true
  })
  return printFile({
    source: file,
    about: schema.about,
    messages: [request, response],
    descriptor: apiDescriptor(schema),
    imports: [`import type { ApiMessage } from '../api-message.ts'`]
  })
}

function apiProperties(schema: ApiSchema): string {
  const versions = parseRange(schema.versions)!
  const flexibleFrom = parseRange(schema.flexible)?.min ?? neverFlexible
  return `key: ${schema.key},
name: '${schema.name}',
minVersion: ${versions.min},
maxVersion: ${versions.max},
flexibleFrom: ${flexibleFrom},
latestVersionUnstable: ${schema.latestVersionUnstable === true},
listeners: [${schema.listeners.map((listener) => `'${listener}'`).join(', ')}]`
}

function apiDescriptor(schema: ApiSchema): string {
  const { name } = schema
  return `export const ${constantName(name)}: ApiMessage<${name}Request, ${name}Response> = {
${apiProperties(schema)},
readRequest: read${name}Request,
writeRequest: write${name}Request,
readResponse: read${name}Response,
writeResponse: write${name}Response
}`
}

export function printHeaderFile({ file, schema }: Loaded<MessageSchema>): string {
  return printFile({
    source: `headers/${file}`,
    about: '',
    messages: [dataMessage(schema, new Set())],
    descriptor: '',
    imports: []
  })
}

export function printRecordFile({ file, schema }: Loaded<RecordSchema>): string {
  const { name, key, value } = schema
  if (key === undefined) throw new Error(`${name} has no key`)
  const sharedNames = new Set(structNames(key).filter((struct) => structNames(value).includes(struct)))
  return printFile({
    source: `records/${file}`,
    about: schema.about,
    messages: [dataMessage(key, sharedNames), dataMessage(value, sharedNames)],
    descriptor: `export const ${constantName(name)}: RecordMessages<${key.name}, ${value.name}> = {
name: '${name}',
recordType: ${schema.recordType},
key: ${dataDescriptor(key)},
value: ${dataDescriptor(value)}
}`,
    imports: [`import type { RecordMessages } from '../api-message.ts'`]
  })
}

export function printDataFile({ file, schema }: Loaded<RecordSchema>): string {
  const { value } = schema
  return printFile({
    source: `records/${file}`,
    about: schema.about,
    messages: [dataMessage(value, new Set())],
    descriptor: `export const ${constantName(value.name)}: DataMessage<${value.name}> = ${dataDescriptor(value)}`,
    imports: [`import type { DataMessage } from '../api-message.ts'`]
  })
}

function dataMessage(schema: MessageSchema, sharedNames: ReadonlySet<string>): Message {
  return buildMessage({
    name: schema.name,
    versions: schema.versions,
    flexible: schema.flexible,
    body: schema,
    about: schema.about,
    response: false,
    sharedNames
  })
}

function dataDescriptor(schema: MessageSchema): string {
  const { min, max } = parseRange(schema.versions)!
  return `{ name: '${schema.name}', minVersion: ${min}, maxVersion: ${max}, read: read${schema.name}, write: write${schema.name} }`
}

/** `ApiVersions` becomes `API_VERSIONS`. */
export function constantName(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()
}
