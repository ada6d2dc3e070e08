/**
 * Turns a schema into what the printers need: structures with TypeScript names, each field with the versions in
 * which it can be reached. A structure below a field that exists from version 5 is never read at version 4, so
 * its code needs no branch for that.
 */
import type { BodySchema, FieldSchema, StructSchema } from '../../packages/protocol/schema/load.ts'

export interface Range {
  readonly min: number
  readonly max: number
}

export type FieldType =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'array'; readonly element: Exclude<FieldType, { kind: 'array' }> }

export const primitiveBytesMin = {
  bool: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  int64: 8,
  float64: 8,
  uuid: 16
} as const
export type PrimitiveName = keyof typeof primitiveBytesMin | 'string' | 'bytes' | 'records'

export interface Field {
  /** The property in TypeScript. */
  readonly name: string
  readonly type: FieldType
  readonly versions: Range | undefined
  readonly nullable: Range | undefined
  readonly tag: number | undefined
  readonly default: FieldSchema['default']
  readonly ignorable: boolean
  /** False for a field that keeps the old encoding in flexible versions. */
  readonly flexible: boolean
  readonly about: string | undefined
}

export interface Struct {
  readonly name: string
  readonly about: string | undefined
  /** Versions in which this structure can occur. */
  readonly reach: Range
  readonly flexibleFrom: number
  readonly fields: readonly Field[]
}

export interface Message {
  readonly root: string
  readonly reach: Range
  readonly flexibleFrom: number
  /** The message first, then its structures in the order of use. */
  readonly structs: readonly Struct[]
  /** Whether this is a response, whose record batches may be written as chunks. */
  readonly response: boolean
}

/** The value of `flexibleFrom` when no version is flexible: versions are int16, so none is ever this high. */
export const neverFlexible = 0x7fff

export function parseRange(text: string): Range | undefined {
  if (text === 'none') return undefined
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text)
  if (match === null) throw new Error(`not a version range: ${text}`)
  const min = Number(match[1])
  if (match[2] === '+') return { min, max: neverFlexible }
  return { min, max: match[3] === undefined ? min : Number(match[3]) }
}

export function intersect(a: Range | undefined, b: Range | undefined): Range | undefined {
  if (a === undefined || b === undefined) return undefined
  const range = { min: Math.max(a.min, b.min), max: Math.min(a.max, b.max) }
  return range.min > range.max ? undefined : range
}

export function covers(range: Range | undefined, all: Range): boolean {
  return range !== undefined && range.min <= all.min && range.max >= all.max
}

export interface MessageOptions {
  readonly name: string
  readonly versions: string
  readonly flexible: string
  readonly body: BodySchema
  readonly about: string | undefined
  readonly response: boolean
  /** Structure names that the message's partner in the same file has too; they get the message's name in front. */
  readonly sharedNames: ReadonlySet<string>
}

export function buildMessage(options: MessageOptions): Message {
  const reach = parseRange(options.versions)!
  const flexibleFrom = parseRange(options.flexible)?.min ?? neverFlexible
  const declared = declarations(options.body)
  const reaches = new Map<string, Range>()
  visit(options.body.fields, reach)
  const structs = [...reaches].map(([name, structReach]) =>
    buildStruct({
      name: tsName(name),
      about: declared.get(name)!.about,
      reach: structReach,
      flexibleFrom,
      fields: declared.get(name)!.fields,
      tsName
    })
  )
  const root = buildStruct({
    name: options.name,
    about: options.about,
    reach,
    flexibleFrom,
    fields: options.body.fields,
    tsName
  })
  return { root: options.name, reach, flexibleFrom, structs: [root, ...structs], response: options.response }

  function visit(fields: readonly FieldSchema[], within: Range): void {
    for (const field of fields) {
      const name = structNameOf(field.type)
      const versions = intersect(parseRange(field.versions), within)
      if (name === undefined || versions === undefined) continue
      const known = reaches.get(name)
      const wider =
        known === undefined
          ? versions
          : { min: Math.min(known.min, versions.min), max: Math.max(known.max, versions.max) }
      reaches.set(name, wider)
      visit(declared.get(name)!.fields, wider)
    }
  }

  function tsName(name: string): string {
    return options.sharedNames.has(name) ? `${options.name}${name}` : name
  }
}

/** The names of all structures of a body. */
export function structNames(body: BodySchema): string[] {
  return [...declarations(body).keys()]
}

function declarations(body: BodySchema): Map<string, Pick<StructSchema, 'about' | 'fields'>> {
  const found = new Map<string, Pick<StructSchema, 'about' | 'fields'>>()
  for (const struct of body.structs ?? []) {
    found.set(struct.name, struct)
    collect(struct.fields)
  }
  collect(body.fields)
  return found

  function collect(fields: readonly FieldSchema[]): void {
    for (const field of fields) {
      if (field.fields === undefined) continue
      found.set(structNameOf(field.type)!, { fields: field.fields })
      collect(field.fields)
    }
  }
}

function structNameOf(type: string): string | undefined {
  const name = type.replace('[]', '')
  return /^[A-Z]/.test(name) ? name : undefined
}

interface StructOptions extends Omit<Struct, 'fields'> {
  readonly fields: readonly FieldSchema[]
  readonly tsName: (name: string) => string
}

function buildStruct({ tsName, fields, ...struct }: StructOptions): Struct {
  return {
    ...struct,
    fields: fields
      .map((field) => buildField(field, struct.reach, tsName))
      .filter((field) => field !== undefined)
  }
}

/** Undefined for a field that no version still in use has. */
function buildField(field: FieldSchema, reach: Range, tsName: (name: string) => string): Field | undefined {
  const versions = intersect(parseRange(field.versions), reach)
  if (versions === undefined) return undefined
  return {
    name: camel(field.name),
    type: parseType(field.type, tsName),
    versions,
    nullable: intersect(parseRange(field.nullable ?? 'none'), versions),
    tag: field.tag,
    default: field.default,
    ignorable: field.ignorable === true,
    flexible: field.flexible !== 'none',
    about: field.about
  }
}

function parseType(type: string, tsName: (name: string) => string): FieldType {
  if (type.startsWith('[]')) {
    const element = parseType(type.slice(2), tsName)
    if (element.kind === 'array') throw new Error(`array of arrays: ${type}`)
    return { kind: 'array', element }
  }
  if (/^[A-Z]/.test(type)) return { kind: 'struct', name: tsName(type) }
  return { kind: 'primitive', name: type as PrimitiveName }
}

function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** The fewest bytes that one element of an array takes in any version. */
export function bytesMin(type: FieldType, structs: readonly Struct[]): number {
  if (type.kind === 'array') return 1
  if (type.kind === 'primitive') return type.name in primitiveBytesMin ? fixedBytes(type.name) : 1
  const struct = structs.find((candidate) => candidate.name === type.name)!
  let least = Number.POSITIVE_INFINITY
  for (let version = struct.reach.min; version <= struct.reach.max; version++) {
    least = Math.min(least, structBytesMin(struct, version, structs))
  }
  return Math.max(1, least)
}

function structBytesMin(struct: Struct, version: number, structs: readonly Struct[]): number {
  const flexible = version >= struct.flexibleFrom
  let bytes = flexible ? 1 : 0
  for (const field of struct.fields) {
    if (field.tag !== undefined || !covers(field.versions, { min: version, max: version })) continue
    if (field.nullable !== undefined && field.type.kind === 'struct') bytes += 1
    else if (field.type.kind === 'primitive') bytes += primitiveBytes(field.type.name, flexible)
    else if (field.type.kind === 'array') bytes += flexible ? 1 : 4
    else bytes += bytesMin(field.type, structs)
  }
  return bytes
}

function primitiveBytes(name: PrimitiveName, flexible: boolean): number {
  if (name === 'string') return flexible ? 1 : 2
  if (name === 'bytes' || name === 'records') return flexible ? 1 : 4
  return fixedBytes(name)
}

function fixedBytes(name: PrimitiveName): number {
  return primitiveBytesMin[name as keyof typeof primitiveBytesMin]
}
