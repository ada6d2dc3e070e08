/** Prints the functions that read a structure and lists of it. */
import {
  condition,
  defaultValue,
  fieldTsType,
  flexibleArgument,
  flexibleDeclaration,
  hasTags,
  isUnlimited,
  type Context
} from './expressions.ts'
import { bytesMin, covers, type Field, type FieldType, type Struct } from './model.ts'

export function printRead(struct: Struct, context: Context, exported: boolean): string {
  const plain = struct.fields.filter((field) => field.tag === undefined)
  const tagged = struct.fields.filter((field) => field.tag !== undefined)
  const lines = plain.map((field) => `const ${local(field)} = ${fieldExpression(field, struct)}`)
  lines.push(...printTags(tagged, struct, context))
  const properties = struct.fields.map((field) =>
    local(field) === field.name ? field.name : `${field.name}: ${local(field)}`
  )
  const code = lines.join('\n')
  return `${exported ? 'export ' : ''}function read${struct.name}(reader: Reader, ${parameter('version', code)}: number): ${struct.name} {
${flexibleDeclaration(struct, code)}${code}
return { ${properties.join(', ')} }
}`
}

/** A parameter that the code does not use is named so that the linter knows. */
export function parameter(name: string, code: string): string {
  return new RegExp(`(?<!\\.)\\b(?:${name}|flexible)\\b`).test(code) ? name : `_${name}`
}

/** Names of fields that the code around them has taken. */
const takenNames = new Set([
  'reader',
  'writer',
  'version',
  'flexible',
  'message',
  'tag',
  'tags',
  'end',
  'default'
])

function local(field: Field): string {
  return takenNames.has(field.name) ? `${field.name}Field` : field.name
}

function fieldExpression(field: Field, struct: Struct): string {
  const present = condition(field.versions, struct.reach)
  const value = readExpression(field, struct, field.versions!)
  if (present === undefined) return value
  const choice = value.includes('?') ? `(${value})` : value
  return `${present} ? ${choice} : ${defaultValue(field)}`
}

/** The value on the wire, within versions in which the field exists. */
function readExpression(field: Field, struct: Struct, within: { min: number; max: number }): string {
  const nullable = condition(field.nullable, within)
  const flexible = field.tag === undefined ? flexibleArgument(struct, field) : 'true'
  if (nullable === undefined) return readValue(field, flexible, true)
  if (field.nullable === undefined) return readValue(field, flexible, false)
  return `${nullable} ? ${readValue(field, flexible, true)} : ${readValue(field, flexible, false)}`
}

function readValue(field: Field, flexible: string, nullable: boolean): string {
  const { type } = field
  if (type.kind === 'array') return readList(type.element, flexible, nullable)
  if (type.kind === 'struct') {
    const call = `read${type.name}(reader, version)`
    if (!nullable) return call
    return `${field.tag === undefined ? 'reader.present()' : 'reader.taggedPresent()'} ? ${call} : null`
  }
  switch (type.name) {
    case 'string':
      return nullable ? `reader.nullableString(${flexible})` : `reader.string(${flexible})`
    case 'bytes':
    case 'records':
      return nullable ? `reader.nullableBytes(${flexible})` : `reader.bytes(${flexible})`
    case 'bool':
      return 'reader.boolean()'
    case 'int64':
      return isUnlimited(field) ? 'reader.int64OrMax()' : 'reader.int64()'
    default:
      return `reader.${type.name}()`
  }
}

function readList(element: FieldType, flexible: string, nullable: boolean): string {
  if (element.kind === 'struct') {
    return `read${nullable ? 'Nullable' : ''}${element.name}List(reader, version)`
  }
  if (element.kind !== 'primitive') throw new Error('array of arrays')
  const plural = `${element.name.charAt(0).toUpperCase()}${element.name.slice(1)}s`
  return `read${nullable ? 'Nullable' : ''}${plural}(reader, ${flexible})`
}

function printTags(tagged: readonly Field[], struct: Struct, context: Context): string[] {
  if (!hasTags(struct)) return []
  const flexible = condition({ min: struct.flexibleFrom, max: struct.reach.max }, struct.reach)
  if (tagged.length === 0)
    return [flexible === undefined ? 'reader.skipTags()' : `if (${flexible}) reader.skipTags()`]
  const declarations = tagged.map(
    (field) => `let ${local(field)}: ${fieldTsType(field, context.response)} = ${defaultValue(field)}`
  )
  const branches = tagged.map((field) => tagBranch(field, struct))
  const loop = `let tag = -1
for (let tags = reader.unsignedVarint(); tags > 0; tags--) {
tag = reader.tag(tag)
const end = reader.tagEnd()
${branches.join(' else ')} else {
reader.skipTag(end)
}
}`
  return [...declarations, flexible === undefined ? loop : `if (${flexible}) {\n${loop}\n}`]
}

function tagBranch(field: Field, struct: Struct): string {
  const flexibleReach = { min: Math.max(struct.flexibleFrom, struct.reach.min), max: struct.reach.max }
  const present = condition(field.versions, flexibleReach)
  return `if (tag === ${field.tag}${present === undefined ? '' : ` && ${present}`}) {
${local(field)} = ${readExpression(field, struct, field.versions!)}
reader.expectTagEnd(end)
}`
}

/** Lists of a structure, nullable or not, as far as fields use them. */
export function printReadLists(struct: Struct, context: Context): string[] {
  const uses = context.structs.flatMap((owner) => owner.fields).filter((field) => isListOf(field, struct))
  const functions: string[] = []
  if (uses.some((field) => !covers(field.nullable, field.versions!)))
    functions.push(listFunction(struct, context, false))
  if (uses.some((field) => field.nullable !== undefined)) functions.push(listFunction(struct, context, true))
  return functions
}

export function isListOf(field: Field, struct: Struct): boolean {
  return (
    field.type.kind === 'array' &&
    field.type.element.kind === 'struct' &&
    field.type.element.name === struct.name
  )
}

function listFunction(struct: Struct, context: Context, nullable: boolean): string {
  const flexible =
    flexibleArgument(struct) === 'flexible' ? `version >= ${struct.flexibleFrom}` : flexibleArgument(struct)
  const least = bytesMin({ kind: 'struct', name: struct.name }, context.structs)
  const count = `reader.${nullable ? 'nullableArrayLength' : 'arrayLength'}(${flexible}, ${least})`
  return `function read${nullable ? 'Nullable' : ''}${struct.name}List(reader: Reader, version: number): ${struct.name}[]${nullable ? ' | null' : ''} {
const count = ${count}
${nullable ? 'if (count < 0) return null\n' : ''}const list: ${struct.name}[] = []
for (let i = 0; i < count; i++) list.push(read${struct.name}(reader, version))
return list
}`
}
