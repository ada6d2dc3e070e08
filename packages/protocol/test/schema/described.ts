/** What the tests of the generated codec need of a description: which fields a version has, with what type. */
import type { BodySchema, FieldSchema } from '../../schema/load.ts'

export interface Described {
  readonly body: BodySchema
  readonly flexible: string
}

export type Message = Readonly<Record<string, unknown>>

/** Whether a range such as `3`, `3-7`, `3+` or `none` holds a version. */
export function holds(range: string | undefined, version: number): boolean {
  if (range === undefined || range === 'none') return false
  const [from, to] = range.replace('+', '-').split('-')
  if (version < Number(from)) return false
  return to === undefined ? version === Number(from) : to === '' || version <= Number(to)
}

export function versionsOf(range: string): number[] {
  const [from, to] = range.split('-')
  const versions: number[] = []
  for (let version = Number(from); version <= Number(to ?? from); version++) versions.push(version)
  return versions
}

/** The property of a field. */
export function propertyOf(field: FieldSchema): string {
  return field.name.charAt(0).toLowerCase() + field.name.slice(1)
}

/** The fields of the structure that a field, or the elements of its array, consist of. */
export function structFields(field: FieldSchema, body: BodySchema): readonly FieldSchema[] | undefined {
  const name = field.type.replace('[]', '')
  if (!/^[A-Z]/.test(name)) return undefined
  return field.fields ?? findStruct(body, name)
}

function findStruct(body: BodySchema, name: string): readonly FieldSchema[] {
  const struct = body.structs?.find((candidate) => candidate.name === name)
  const found =
    struct?.fields ?? nested(body.fields) ?? body.structs?.map(({ fields }) => nested(fields)).find(Boolean)
  if (found === undefined) throw new Error(`no structure ${name}`)
  return found

  function nested(fields: readonly FieldSchema[]): readonly FieldSchema[] | undefined {
    for (const field of fields) {
      if (field.fields === undefined) continue
      const inside = field.type.replace('[]', '') === name ? field.fields : nested(field.fields)
      if (inside !== undefined) return inside
    }
    return undefined
  }
}

/** Fields that some version still in use has; the others have left the TypeScript interface too. */
export function fieldsInUse(fields: readonly FieldSchema[], versions: readonly number[]): FieldSchema[] {
  return fields.filter((field) => versions.some((version) => holds(field.versions, version)))
}
