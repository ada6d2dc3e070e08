/**
 * The facts of a message as lines of text, one line per field, in wire order: once from our description, once
 * from Apache's. Two messages agree when their lines do, and a difference reads well in a failed test.
 */
import type { BodySchema, FieldSchema } from '@naru/protocol/schema'
import type { ApacheField, ApacheMessage } from './apache-messages.ts'

interface FieldFacts {
  readonly type: string
  readonly versions: string
  readonly nullable: string | undefined
  readonly tag: number | undefined
  readonly tagged: string | undefined
  readonly default: string | undefined
  readonly ignorable: boolean
  readonly entityType: string | undefined
  readonly mapKey: boolean
  readonly flexible: string | undefined
}

/** Name, versions and fields of one of our descriptions. */
export function ourFacts(name: string, versions: string, flexible: string, body: BodySchema): string[] {
  return [
    head(name, versions, flexible),
    ...body.fields.flatMap((field) => ourField(name, field)),
    ...(body.structs ?? []).flatMap((struct) => [
      head(`${name}:${struct.name}`, struct.versions, ''),
      ...struct.fields.flatMap((field) => ourField(`${name}:${struct.name}`, field))
    ])
  ]
}

function ourField(path: string, field: FieldSchema): string[] {
  const facts: FieldFacts = {
    type: field.type,
    versions: field.versions,
    nullable: field.nullable,
    tag: field.tag,
    tagged: field.tagged,
    default: field.default === undefined ? undefined : String(field.default),
    ignorable: field.ignorable === true,
    entityType: field.entityType,
    mapKey: field.mapKey === true,
    flexible: field.flexible
  }
  const own = `${path}/${field.name}`
  return [line(own, facts), ...(field.fields ?? []).flatMap((child) => ourField(own, child))]
}

export function apacheFacts(message: ApacheMessage): string[] {
  const { name } = message
  return [
    head(name, message.validVersions, message.flexibleVersions),
    ...message.fields.flatMap((field) => apacheField(name, field)),
    ...(message.commonStructs ?? []).flatMap((struct) => [
      head(`${name}:${struct.name}`, struct.versions, ''),
      ...struct.fields.flatMap((field) => apacheField(`${name}:${struct.name}`, field))
    ])
  ]
}

function apacheField(path: string, field: ApacheField): string[] {
  const versions = field.versions ?? field.taggedVersions
  if (versions === undefined) throw new Error(`${path}/${field.name} has no versions`)
  const facts: FieldFacts = {
    type: field.type,
    versions,
    nullable: field.nullableVersions,
    tag: field.tag,
    tagged: field.taggedVersions,
    default: apacheDefault(field),
    ignorable: field.ignorable === true,
    entityType: field.entityType,
    mapKey: field.mapKey === true,
    flexible: field.flexibleVersions
  }
  const own = `${path}/${field.name}`
  return [line(own, facts), ...(field.fields ?? []).flatMap((child) => apacheField(own, child))]
}

/** Kafka writes the same default as 255, "255" or "0xff"; its generator takes a JSON null for no default. */
function apacheDefault(field: ApacheField): string | undefined {
  if (field.default === undefined || field.default === null) return undefined
  const text = String(field.default)
  return /^0x[0-9a-f]+$/i.test(text) ? String(Number(text)) : text
}

function head(name: string, versions: string, flexible: string): string {
  return `${name} versions ${versions}${flexible === '' ? '' : ` flexible ${flexible}`}`
}

function line(path: string, facts: FieldFacts): string {
  const parts = Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([key, value]) => `${key}=${String(value)}`)
  return `${path} ${parts.join(' ')}`
}
