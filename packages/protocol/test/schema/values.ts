/** Arbitrary messages of a version, made from the description: fields that the version lacks have their default. */
import fc from 'fast-check'
import type { BodySchema, FieldSchema } from '../../schema/load.ts'
import { fieldsInUse, holds, propertyOf, structFields, versionsOf, type Message } from './described.ts'

const INT64_MAX = 2 ** 63

const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array))
const text = fc.string({ unit: 'grapheme', maxLength: 8 })

const primitives: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  uint16: fc.nat({ max: 65535 }),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  float64: fc.double(),
  uuid: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((array) => Buffer.from(array).toString('base64url')),
  string: fc.oneof(
    { weight: 9, arbitrary: text },
    { weight: 1, arbitrary: fc.constant('긴 이름'.repeat(40)) }
  ),
  bytes,
  records: bytes
}

export interface Scope {
  readonly body: BodySchema
  /** All versions in which the structure can occur. */
  readonly versions: readonly number[]
  readonly version: number
}

/** Messages of one version. */
export function messages(body: BodySchema, range: string, version: number): fc.Arbitrary<Message> {
  return structure(body.fields, { body, versions: versionsOf(range), version })
}

function structure(fields: readonly FieldSchema[], scope: Scope): fc.Arbitrary<Message> {
  const inUse = fieldsInUse(fields, scope.versions)
  return fc.record(Object.fromEntries(inUse.map((field) => [propertyOf(field), value(field, scope)])), {
    noNullPrototype: true
  })
}

function value(field: FieldSchema, scope: Scope): fc.Arbitrary<unknown> {
  const standard = defaultOf(field, scope)
  if (!holds(field.versions, scope.version)) return fc.constant(standard)
  const present = presentValue(field, { ...scope, versions: within(field, scope) })
  const choices = [{ weight: 6, arbitrary: present }]
  if (holds(field.nullable, scope.version)) choices.push({ weight: 1, arbitrary: fc.constant(null) })
  if (field.tag !== undefined || field.default !== undefined) {
    const writable = standard !== null || holds(field.nullable, scope.version)
    if (writable) choices.push({ weight: 2, arbitrary: fc.constant(standard) })
  }
  return fc.oneof(...choices)
}

function within(field: FieldSchema, scope: Scope): number[] {
  return scope.versions.filter((version) => holds(field.versions, version))
}

function presentValue(field: FieldSchema, scope: Scope): fc.Arbitrary<unknown> {
  const fields = structFields(field, scope.body)
  const element = fields === undefined ? primitives[field.type.replace('[]', '')]! : structure(fields, scope)
  return field.type.startsWith('[]') ? fc.array(element, { maxLength: 2 }) : element
}

/** The value of a field in versions that lack it. */
export function defaultOf(field: FieldSchema, scope: Scope): unknown {
  const { type } = field
  if (field.default === null) return null
  if (type === 'int64' && typeof field.default === 'string') return INT64_MAX
  if (field.default !== undefined) return field.default
  if (type.startsWith('[]')) return []
  if (type === 'string') return ''
  if (type === 'uuid') return 'A'.repeat(22)
  if (type === 'bytes') return new Uint8Array(0)
  const nullable = within(field, scope).some((version) => holds(field.nullable, version))
  if (type === 'records') return nullable ? null : new Uint8Array(0)
  if (type === 'bool') return false
  const fields = structFields(field, scope.body)
  if (fields === undefined) return 0
  const inner = { ...scope, versions: within(field, scope) }
  const inUse = fieldsInUse(fields, inner.versions)
  return Object.fromEntries(inUse.map((child) => [propertyOf(child), defaultOf(child, inner)]))
}
