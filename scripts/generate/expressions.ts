/** Small pieces of TypeScript that the printers of readers, writers and defaults share. */
import { covers, neverFlexible, type Field, type FieldType, type Range, type Struct } from './model.ts'

export interface Context {
  readonly structs: readonly Struct[]
  readonly response: boolean
}

/** `version >= 3`, or undefined when the range covers every version in reach. */
export function condition(range: Range | undefined, reach: Range): string | undefined {
  if (range === undefined) return 'false'
  if (range.min === range.max && range.min > reach.min && range.max < reach.max)
    return `version === ${range.min}`
  const parts: string[] = []
  if (range.min > reach.min) parts.push(`version >= ${range.min}`)
  if (range.max < reach.max) parts.push(`version <= ${range.max}`)
  return parts.length === 0 ? undefined : parts.join(' && ')
}

/** `true`, `false`, or `flexible` where it depends on the version. */
export function flexibleArgument(struct: Struct, field?: Field): string {
  if (field?.flexible === false || struct.flexibleFrom > struct.reach.max) return 'false'
  return struct.flexibleFrom <= struct.reach.min ? 'true' : 'flexible'
}

/** The line that declares `flexible`, when the code uses it. */
export function flexibleDeclaration(struct: Struct, code: string): string {
  return /\bflexible\b/.test(code) ? `const flexible = version >= ${struct.flexibleFrom}\n` : ''
}

export function hasTags(struct: Struct): boolean {
  return struct.flexibleFrom !== neverFlexible && struct.flexibleFrom <= struct.reach.max
}

function tsType(type: FieldType, response: boolean): string {
  if (type.kind === 'struct') return type.name
  if (type.kind === 'array') return `readonly ${tsType(type.element, response)}[]`
  switch (type.name) {
    case 'bool':
      return 'boolean'
    case 'string':
      return 'string'
    case 'uuid':
      return 'Uuid'
    case 'bytes':
      return 'Uint8Array'
    case 'records':
      return response ? 'Uint8Array | readonly Uint8Array[]' : 'Uint8Array'
    default:
      return 'number'
  }
}

export function fieldTsType(field: Field, response: boolean): string {
  const type = tsType(field.type, response)
  return field.nullable === undefined && !nullByDefault(field) ? type : `${type} | null`
}

/** A default of null makes a field nullable in TypeScript even in versions in which the wire has no null. */
function nullByDefault(field: Field): boolean {
  return field.default === null
}

const unsafeMax = '9223372036854775807'

/** The value of a field in versions that lack it. */
export function defaultValue(field: Field): string {
  const { type } = field
  if (field.default === null) return 'null'
  if (field.default === unsafeMax) return 'INT64_MAX'
  if (type.kind === 'array') return '[]'
  if (type.kind === 'struct') return `default${type.name}()`
  if (type.name === 'string') return `'${field.default ?? ''}'`
  if (type.name === 'uuid') return 'ZERO_UUID'
  if (type.name === 'bytes') return 'EMPTY_BYTES'
  if (type.name === 'records') return field.nullable === undefined ? 'EMPTY_BYTES' : 'null'
  if (type.name === 'bool') return String(field.default ?? false)
  return String(field.default ?? 0)
}

/** Whether `INT64_MAX` must be readable and writable. */
export function isUnlimited(field: Field): boolean {
  return field.default === unsafeMax
}

/** An expression that is true when the value is not the default. */
export function differsFromDefault(field: Field, value: string): string {
  const standard = defaultValue(field)
  if (standard === '[]' || standard === 'EMPTY_BYTES') return orNull(field, value, `${value}.length > 0`)
  if (field.type.kind === 'struct' && standard !== 'null') {
    return orNull(field, value, `!isDefault${field.type.name}(${value})`)
  }
  if (standard === 'true') return `!${value}`
  if (standard === 'false') return value
  return `${value} !== ${standard}`
}

/** Null differs from a default that is not null. */
function orNull(field: Field, value: string, differs: string): string {
  return field.nullable === undefined ? differs : `(${value} === null || ${differs})`
}

/** Whether a field exists in all versions in which its structure can occur, and is not tagged. */
export function isPlain(field: Field, struct: Struct): boolean {
  return field.tag === undefined && covers(field.versions, struct.reach)
}
