/**
 * Whether a reader's JSON Schema accepts all that a writer's allows, and if not, which fields break it.
 *
 * Knows the keywords that schema libraries produce. Where it cannot tell (patterns, formats) only equality is taken as
 * compatible. `$ref` is followed within the document; recursion ends where a pair of schemas comes again.
 */
import type { JsonSchema } from '../event/json-schema.ts'

export interface Break {
  /** `items[].name`; empty for the payload itself. */
  readonly field: string
  readonly reason: string
}

type Schema = JsonSchema | boolean

interface Side {
  readonly root: JsonSchema
}

interface Comparison {
  readonly reader: Side
  readonly writer: Side
  /** Pairs that are being compared: a pair that comes again within itself is the same question. */
  readonly open: Set<string>
  readonly budget: { left: number }
}

/** Hops of `$ref`, and comparisons in all: more than any payload needs; what lies beyond is taken as compatible. */
const HOPS_MAX = 32
const COMPARISONS_MAX = 20_000

/** What of the writer's payloads the reader refuses; empty when nothing. */
export function findBreaks(reader: JsonSchema, writer: JsonSchema): readonly Break[] {
  const budget = { left: COMPARISONS_MAX }
  const comparison = { reader: { root: reader }, writer: { root: writer }, open: new Set<string>(), budget }
  return compare(comparison, reader, writer, '')
}

function compare(comparison: Comparison, reader: Schema, writer: Schema, field: string): readonly Break[] {
  const read = resolve(comparison.reader, reader)
  const written = resolve(comparison.writer, writer)
  if (read === true || written === false) return []
  if (read === false) return [{ field, reason: 'is not read at all' }]
  if (written === true) return isOpen(read) ? [] : [{ field, reason: 'may be anything, which is not read' }]
  const pair = `${JSON.stringify(read)}\n${JSON.stringify(written)}`
  if (comparison.open.has(pair) || comparison.budget.left-- <= 0) return []
  comparison.open.add(pair)
  try {
    return compareSchemas(comparison, read, written, field)
  } finally {
    comparison.open.delete(pair)
  }
}

function compareSchemas(
  comparison: Comparison,
  read: JsonSchema,
  written: JsonSchema,
  field: string
): readonly Break[] {
  const writers = branches(written)
  if (writers !== undefined) return writers.flatMap((branch) => compare(comparison, read, branch, field))
  const readers = branches(read)
  if (readers !== undefined) return compareSome(comparison, readers, written, field)
  const values = compareValues(read, written, field)
  if (values !== undefined) return values
  const types = compareTypes(read, written, field)
  if (types.length > 0) return types
  return [
    ...compareBounds(read, written, field),
    ...compareObjects(comparison, read, written, field),
    ...compareArrays(comparison, read, written, field)
  ]
}

/** One branch has to take it all; the complaint is that of the branch that comes closest. */
function compareSome(
  comparison: Comparison,
  readers: readonly Schema[],
  writer: JsonSchema,
  field: string
): readonly Break[] {
  const attempts = readers.map((reader) => compare(comparison, reader, writer, field))
  return attempts.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function branches(schema: JsonSchema): readonly Schema[] | undefined {
  const list = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(list) ? (list as Schema[]) : undefined
}

/** Follows `$ref` and puts `allOf` together. */
function resolve(side: Side, schema: Schema): Schema {
  let current = schema
  for (let hops = 0; typeof current === 'object' && typeof current['$ref'] === 'string'; hops++) {
    const target = pointer(side.root, current['$ref'])
    if (target === undefined || hops > HOPS_MAX) return true
    current = target
  }
  if (typeof current !== 'object' || !Array.isArray(current['allOf'])) return current
  const { allOf, ...rest } = current
  return (allOf as Schema[]).reduce<JsonSchema>((merged, part) => merge(merged, resolve(side, part)), rest)
}

function merge(one: JsonSchema, other: Schema): JsonSchema {
  if (typeof other === 'boolean') return one
  const properties = { ...record(one['properties']), ...record(other['properties']) }
  const required = [...strings(one['required']), ...strings(other['required'])]
  return { ...one, ...other, properties, required }
}

function pointer(root: JsonSchema, reference: string): Schema | undefined {
  if (!reference.startsWith('#')) return undefined
  let found: unknown = root
  for (const part of reference.slice(1).split('/').filter(Boolean)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    found = record(found)[name]
  }
  return typeof found === 'object' && found !== null ? (found as JsonSchema) : undefined
}

function compareValues(reader: JsonSchema, writer: JsonSchema, field: string): readonly Break[] | undefined {
  const read = valuesOf(reader)
  const written = valuesOf(writer)
  if (read === undefined) return undefined
  if (written === undefined) return [{ field, reason: `only ${list(read)} are read` }]
  const known = new Set(read.map((value) => JSON.stringify(value)))
  const unknown = written.filter((value) => !known.has(JSON.stringify(value)))
  return unknown.length === 0 ? [] : [{ field, reason: `${list(unknown)} is not read` }]
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']]
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined
}

function list(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ')
}

const ALL_TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer']

function compareTypes(reader: JsonSchema, writer: JsonSchema, field: string): readonly Break[] {
  const read = typesOf(reader)
  if (read === undefined) return []
  const written = typesOf(writer) ?? typesOfValues(writer) ?? ALL_TYPES
  const refused = written.filter(
    (type) => !read.includes(type) && !(type === 'integer' && read.includes('number'))
  )
  if (refused.length === 0) return []
  return [{ field, reason: `may be ${refused.join(' or ')}, and ${read.join(' or ')} is read` }]
}

function typesOf(schema: JsonSchema): readonly string[] | undefined {
  const { type } = schema as { readonly type?: unknown }
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? strings(type) : undefined
}

function typesOfValues(schema: JsonSchema): readonly string[] | undefined {
  return valuesOf(schema)?.map((value) => {
    if (value === null) return 'null'
    if (Array.isArray(value)) return 'array'
    return Number.isInteger(value) ? 'integer' : typeof value
  })
}

const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
const OPAQUE = ['pattern', 'format', 'multipleOf', 'contentEncoding']

function compareBounds(reader: JsonSchema, writer: JsonSchema, field: string): readonly Break[] {
  const breaks: Break[] = []
  const check = (
    name: string,
    isRefused: (read: number, written: number) => boolean,
    other: number
  ): void => {
    const read = reader[name]
    // Integers of JavaScript end there anyway.
    if (typeof read !== 'number' || Math.abs(read) >= Number.MAX_SAFE_INTEGER) return
    const written = writer[name]
    const value = typeof written === 'number' ? written : other
    if (isRefused(read, value))
      breaks.push({ field, reason: `${name} ${read} is read, ${text(value)} is written` })
  }
  for (const name of LOWER_BOUNDS) check(name, (read, written) => written < read, -Infinity)
  for (const name of UPPER_BOUNDS) check(name, (read, written) => written > read, Infinity)
  for (const name of OPAQUE) {
    const read = reader[name]
    if (read === undefined || JSON.stringify(read) === JSON.stringify(writer[name])) continue
    breaks.push({ field, reason: `has another ${name} than is read` })
  }
  return breaks
}

function text(bound: number): string {
  return Number.isFinite(bound) ? String(bound) : 'any'
}

function compareObjects(
  comparison: Comparison,
  reader: JsonSchema,
  writer: JsonSchema,
  field: string
): readonly Break[] {
  const read = record(reader['properties']) as Readonly<Record<string, Schema>>
  const written = record(writer['properties']) as Readonly<Record<string, Schema>>
  const always = new Set(strings(writer['required']))
  const breaks: Break[] = []
  for (const name of strings(reader['required'])) {
    if (always.has(name)) continue
    const reason = name in written ? 'is required, and may be left out' : 'is required, and is not written'
    breaks.push({ field: join(field, name), reason })
  }
  for (const [name, schema] of Object.entries(written)) {
    const known = read[name] ?? (reader['additionalProperties'] as Schema | undefined) ?? true
    breaks.push(...compare(comparison, known, schema, join(field, name)))
  }
  const others = writer['additionalProperties']
  if (typeof others === 'object' && others !== null && typeof reader['additionalProperties'] === 'object') {
    breaks.push(
      ...compare(comparison, reader['additionalProperties'] as Schema, others as Schema, join(field, '*'))
    )
  }
  return breaks
}

function compareArrays(
  comparison: Comparison,
  reader: JsonSchema,
  writer: JsonSchema,
  field: string
): readonly Break[] {
  const at = (schema: JsonSchema, index: number): Schema => {
    const prefix = schema['prefixItems']
    const item = Array.isArray(prefix) ? (prefix[index] as Schema | undefined) : undefined
    return item ?? (schema['items'] as Schema | undefined) ?? true
  }
  const prefixes = [reader['prefixItems'], writer['prefixItems']].map((prefix) =>
    Array.isArray(prefix) ? prefix.length : 0
  )
  const breaks: Break[] = []
  for (let index = 0; index < Math.max(...prefixes); index++) {
    breaks.push(...compare(comparison, at(reader, index), at(writer, index), `${field}[${index}]`))
  }
  if (reader['items'] === undefined || !isArray(writer)) return breaks
  const items = (writer['items'] as Schema | undefined) ?? true
  return [...breaks, ...compare(comparison, reader['items'] as Schema, items, `${field}[]`)]
}

function isArray(schema: JsonSchema): boolean {
  return typesOf(schema)?.includes('array') ?? schema['items'] !== undefined
}

/** Nothing but notes: takes everything. */
function isOpen(schema: JsonSchema): boolean {
  const notes = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples', '$defs'])
  return Object.keys(schema).every((keyword) => notes.has(keyword))
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
