/**
 * `node scripts/import-schema.ts` writes packages/protocol/schema from Apache Kafka's message JSON: names, types
 * and ranges come from there, the sentences in `about` stay as they are in our files. A new Kafka version is one
 * run of this script, a read of the diff, and sentences for what is new.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format } from 'oxfmt'
import oxfmtConfig from '../.oxfmtrc.json' with { type: 'json' }
import {
  apacheMessages,
  type ApacheField,
  type ApacheMessage,
  type ApacheStruct
} from '../conformance/schema/apache-messages.ts'
import {
  loadApis,
  loadHeaders,
  loadRecords,
  type BodySchema,
  type FieldSchema
} from '../packages/protocol/schema/load.ts'

const schemaFolder = join(import.meta.dirname, '../packages/protocol/schema')

/** Data that Kafka puts into messages and records outside the coordinators and that a broker or its tools meet. */
const dataMessages = [
  'ConsumerProtocolAssignment',
  'ConsumerProtocolSubscription',
  'DefaultPrincipalData',
  'EndTxnMarker',
  'KRaftVersionRecord',
  'LeaderChangeMessage',
  'SnapshotFooterRecord',
  'SnapshotHeaderRecord',
  'VotersRecord'
]

/** The sentences of the present files, by path such as `FetchRequest/Topics/Partitions`. */
const abouts = new Map<string, string>()

await importAll()

async function importAll(): Promise<void> {
  await collectAbouts()
  const messages = await apacheMessages()
  for (const request of messages.values()) {
    if (request.type === 'request' && request.listeners?.includes('broker')) await writeApi(request, messages)
    if (request.type === 'header') await writeHeader(request)
    if (request.type === 'coordinator-value') await writeCoordinatorRecord(request, messages)
  }
  for (const name of dataMessages) await writeData(messages.get(name)!)
}

async function collectAbouts(): Promise<void> {
  for (const { schema } of await loadApis()) {
    keep(schema.name, schema.about)
    collectBody(`${schema.name}Request`, schema.request)
    collectBody(`${schema.name}Response`, schema.response)
  }
  for (const { schema } of await loadHeaders()) collectBody(schema.name, schema)
  for (const { schema } of await loadRecords()) {
    keep(`record ${schema.name}`, schema.about)
    if (schema.key !== undefined) collectBody(schema.key.name, schema.key)
    collectBody(schema.value.name, schema.value)
  }
}

function collectBody(path: string, body: BodySchema): void {
  keep(path, body.about)
  collectFields(path, body.fields)
  for (const struct of body.structs ?? []) {
    keep(`${path}:${struct.name}`, struct.about)
    collectFields(`${path}:${struct.name}`, struct.fields)
  }
}

function collectFields(path: string, fields: readonly FieldSchema[]): void {
  for (const field of fields) {
    keep(`${path}/${field.name}`, field.about)
    collectFields(`${path}/${field.name}`, field.fields ?? [])
  }
}

function keep(path: string, about: string | undefined): void {
  if (about !== undefined) abouts.set(path, about)
}

async function writeApi(request: ApacheMessage, messages: Map<string, ApacheMessage>): Promise<void> {
  const name = request.name.replace(/Request$/, '')
  const response = messages.get(`${name}Response`)!
  const file = `${String(request.apiKey).padStart(2, '0')}-${kebab(name)}`
  await writeSchema(file, lowerFirst(name), 'ApiSchema', {
    key: request.apiKey,
    name,
    about: abouts.get(name) ?? '',
    listeners: request.listeners,
    versions: request.validVersions,
    flexible: request.flexibleVersions,
    latestVersionUnstable: request.latestVersionUnstable === true || undefined,
    request: body(request),
    response: body(response)
  })
}

async function writeHeader(header: ApacheMessage): Promise<void> {
  await writeSchema(`headers/${kebab(header.name)}`, lowerFirst(header.name), 'MessageSchema', named(header))
}

async function writeCoordinatorRecord(
  value: ApacheMessage,
  messages: Map<string, ApacheMessage>
): Promise<void> {
  const name = value.name.replace(/Value$/, '')
  await writeSchema(`records/${kebab(name)}`, lowerFirst(name), 'RecordSchema', {
    name,
    about: abouts.get(`record ${name}`) ?? '',
    kind: value.artifact.replace(/^kafka-/, ''),
    recordType: value.apiKey,
    key: named(messages.get(`${name}Key`)!),
    value: named(value)
  })
}

async function writeData(message: ApacheMessage): Promise<void> {
  await writeSchema(`records/${kebab(message.name)}`, lowerFirst(message.name), 'RecordSchema', {
    name: message.name,
    about: abouts.get(`record ${message.name}`) ?? '',
    kind: 'data',
    value: named(message)
  })
}

function named(message: ApacheMessage): object {
  return {
    name: message.name,
    versions: message.validVersions,
    flexible: message.flexibleVersions,
    ...body(message)
  }
}

function body(message: ApacheMessage): object {
  return {
    about: abouts.get(message.name),
    fields: message.fields.map((field) => fieldOf(message.name, field)),
    structs: message.commonStructs?.map((struct) => structOf(message.name, struct))
  }
}

function structOf(path: string, struct: ApacheStruct): object {
  const structPath = `${path}:${struct.name}`
  return {
    name: struct.name,
    versions: struct.versions,
    about: abouts.get(structPath),
    fields: struct.fields.map((field) => fieldOf(structPath, field))
  }
}

function fieldOf(path: string, field: ApacheField): object {
  const fieldPath = `${path}/${field.name}`
  return {
    name: field.name,
    type: field.type,
    versions: field.versions ?? field.taggedVersions,
    nullable: field.nullableVersions,
    tag: field.tag,
    tagged: field.taggedVersions,
    default: defaultOf(field),
    ignorable: field.ignorable === true || undefined,
    entityType: field.entityType,
    mapKey: field.mapKey === true || undefined,
    flexible: field.flexibleVersions,
    about: abouts.get(fieldPath),
    fields: field.fields?.map((child) => fieldOf(fieldPath, child))
  }
}

/**
 * Kafka writes defaults as text, some as numbers and some hexadecimal. A JSON null, unlike the text "null", is read
 * by its generator as no default at all.
 */
function defaultOf(field: ApacheField): string | number | boolean | null | undefined {
  const value = field.default
  if (value === undefined || value === null) return undefined
  if (value === 'null') return null
  if (field.type === 'bool') return String(value) === 'true'
  if (!/^u?int|^float/.test(field.type)) return String(value)
  return field.type === 'int64' && !Number.isSafeInteger(Number(value)) ? String(value) : Number(value)
}

async function writeSchema(file: string, variable: string, type: string, data: object): Promise<void> {
  const types = file.includes('/') ? '../types.ts' : './types.ts'
  const source = `import type { ${type} } from '${types}'\n\nexport const ${variable}: ${type} = ${JSON.stringify(data)}\n`
  const formatted = await format('schema.ts', source, {
    ...(oxfmtConfig as Parameters<typeof format>[2]),
    quoteProps: 'as-needed'
  })
  await writeFile(join(schemaFolder, `${file}.ts`), formatted.code)
}

function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
