// Completes a request that names only what a case is about: the rest comes from the protocol's description.

import { loadApis, type ApiSchema, type BodySchema, type FieldSchema } from '@naru/protocol/schema'
import { ZERO_UUID } from '@naru/base'

/** As much of a message as a case wants to say. */
export type Part<T> = T extends Uint8Array | string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Part<Item>[]
    : { readonly [Key in keyof T]?: Part<T[Key]> }

type Fields = Record<string, unknown>

const schemas = new Map<number, ApiSchema>(
  (await loadApis()).map(({ schema }) => [schema.key, schema] as const)
)

/** The request with every field that the case left out at its default. */
export function completed<Request>(key: number, part: Part<Request>): Request {
  const schema = schemas.get(key)
  if (schema === undefined) throw new Error(`api key ${key} is not described`)
  return structure(schema.request, schema.request.fields, part as Fields) as Request
}

function structure(body: BodySchema, fields: readonly FieldSchema[], part: Fields): Fields {
  const known = new Set(fields.map(propertyOf))
  const unknown = Object.keys(part).find((name) => !known.has(name))
  if (unknown !== undefined) throw new Error(`a request has no field ${unknown}`)
  return Object.fromEntries(
    fields.map((field) => {
      const name = propertyOf(field)
      return [name, name in part ? given(body, field, part[name]) : absent(body, field)]
    })
  )
}

function given(body: BodySchema, field: FieldSchema, value: unknown): unknown {
  const nested = fieldsOf(body, field)
  if (nested === undefined || value === null) return value
  if (Array.isArray(value)) return value.map((item) => structure(body, nested, item as Fields))
  return structure(body, nested, value as Fields)
}

function absent(body: BodySchema, field: FieldSchema): unknown {
  if (field.default === null) return null
  if (field.type.startsWith('[]')) return []
  const nested = fieldsOf(body, field)
  if (nested !== undefined) return structure(body, nested, {})
  if (field.type === 'string') return field.default ?? ''
  if (field.type === 'bool') return field.default ?? false
  if (field.type === 'uuid') return ZERO_UUID
  if (field.type === 'bytes' || field.type === 'records') return new Uint8Array()
  return Number(field.default ?? 0)
}

function propertyOf({ name }: FieldSchema): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function fieldsOf(body: BodySchema, field: FieldSchema): readonly FieldSchema[] | undefined {
  const type = field.type.replace('[]', '')
  return field.fields ?? body.structs?.find(({ name }) => name === type)?.fields
}
