/** Prints the functions that write a structure and lists of it. */
import {
  condition,
  differsFromDefault,
  flexibleArgument,
  flexibleDeclaration,
  hasTags,
  isUnlimited,
  type Context
} from './expressions.ts'
import { intersect, type Field, type FieldType, type Range, type Struct } from './model.ts'
import { isListOf, parameter } from './print-read.ts'

export function printWrite(struct: Struct, exported: boolean): string {
  const plain = struct.fields.filter((field) => field.tag === undefined)
  const tagged = struct.fields.filter((field) => field.tag !== undefined)
  const lines = plain.map((field) => fieldStatement(field, struct))
  lines.push(...printTags(tagged, struct))
  const code = lines.join('\n')
  const message = /\bmessage\b/.test(code) ? 'message' : '_message'
  const version = parameter('version', code)
  return `${exported ? 'export ' : ''}function write${struct.name}(writer: Writer, ${message}: ${struct.name}, ${version}: number): void {
${flexibleDeclaration(struct, code)}${code}
}`
}

function fieldStatement(field: Field, struct: Struct): string {
  const present = condition(field.versions, struct.reach)
  const write = writeStatement(field, struct, 'writer')
  if (present === undefined) return write
  if (field.ignorable) return `if (${present}) ${write}`
  return `if (${present}) ${write}\n${absent(field, struct)}`
}

/** What happens to a value in a version without its field, unless it may be dropped. */
function absent(field: Field, struct: Struct): string {
  const differs = differsFromDefault(field, `message.${field.name}`)
  return `else if (${differs}) throw absentField('${struct.name}.${field.name}', version)`
}

function writeStatement(field: Field, struct: Struct, writer: string): string {
  const within: Range = field.versions!
  const nullable = condition(field.nullable, within)
  const flexible = field.tag === undefined ? flexibleArgument(struct, field) : 'true'
  const value = `message.${field.name}`
  const mayBeNull = field.nullable !== undefined || field.default === null
  if (!mayBeNull) return writeValue({ field, value, flexible, writer, nullable: false })
  const checked = `required(${value}, '${struct.name}.${field.name}', version)`
  if (field.nullable === undefined)
    return writeValue({ field, value: checked, flexible, writer, nullable: false })
  const argument = nullable === undefined ? value : `${nullable} ? ${value} : ${checked}`
  return writeValue({ field, value: argument, flexible, writer, nullable: true })
}

interface WriteValue {
  readonly field: Field
  readonly value: string
  readonly flexible: string
  readonly writer: string
  readonly nullable: boolean
}

function writeValue({ field, value, flexible, writer, nullable }: WriteValue): string {
  const { type } = field
  if (type.kind === 'array') return writeList(type.element, { field, value, flexible, writer, nullable })
  if (type.kind === 'struct') {
    if (!nullable) return `write${type.name}(${writer}, ${value}, version)`
    return `write${field.tag === undefined ? 'Nullable' : 'Tagged'}${type.name}(${writer}, ${value}, version)`
  }
  switch (type.name) {
    case 'string':
    case 'bytes': {
      const name = type.name === 'string' ? 'String' : 'Bytes'
      return nullable
        ? `${writer}.nullable${name}(${value}, ${flexible})`
        : `${writer}.${type.name}(${value}, ${flexible})`
    }
    case 'records':
      return `${writer}.records(${value}, ${flexible})`
    case 'bool':
      return `${writer}.boolean(${value})`
    case 'int64':
      return `${writer}.${isUnlimited(field) ? 'int64OrMax' : 'int64'}(${value})`
    default:
      return `${writer}.${type.name}(${value})`
  }
}

function writeList(element: FieldType, { value, flexible, writer, nullable }: WriteValue): string {
  const prefix = nullable ? 'writeNullable' : 'write'
  if (element.kind === 'struct') return `${prefix}${element.name}List(${writer}, ${value}, version)`
  if (element.kind !== 'primitive') throw new Error('array of arrays')
  const plural = `${element.name.charAt(0).toUpperCase()}${element.name.slice(1)}s`
  return `${prefix}${plural}(${writer}, ${value}, ${flexible})`
}

function printTags(tagged: readonly Field[], struct: Struct): string[] {
  const checks = tagged.filter((field) => !field.ignorable).flatMap((field) => absentCheck(field, struct))
  if (!hasTags(struct)) return checks
  const flexible = condition({ min: struct.flexibleFrom, max: struct.reach.max }, struct.reach)
  if (tagged.length === 0) {
    return [flexible === undefined ? 'writer.unsignedVarint(0)' : `if (${flexible}) writer.unsignedVarint(0)`]
  }
  const sorted = tagged.toSorted((a, b) => a.tag! - b.tag!)
  const lines = sorted.map((field) => hasLine(field, struct))
  const count = sorted.map((field) => `Number(${hasName(field)})`).join(' + ')
  lines.push(`writer.unsignedVarint(${count})`)
  for (const field of sorted) {
    lines.push(`if (${hasName(field)}) {
const content = writer.nested()
${writeStatement(field, struct, 'content')}
writer.tagged(${field.tag}, content)
}`)
  }
  const code = lines.join('\n')
  return [...checks, flexible === undefined ? code : `if (${flexible}) {\n${code}\n}`]
}

function absentCheck(field: Field, struct: Struct): string[] {
  const present = condition(field.versions, struct.reach)
  if (present === undefined) return []
  const outside = present.includes('&&') ? `!(${present})` : negated(present)
  return [
    `if (${outside} && ${differsFromDefault(field, `message.${field.name}`)}) throw absentField('${struct.name}.${field.name}', version)`
  ]
}

function negated(comparison: string): string {
  if (comparison.includes('===')) return comparison.replace('===', '!==')
  return comparison.includes('>=') ? comparison.replace('>=', '<') : comparison.replace('<=', '>')
}

function hasLine(field: Field, struct: Struct): string {
  const flexibleReach = intersect(struct.reach, { min: struct.flexibleFrom, max: struct.reach.max })!
  const present = condition(field.versions, flexibleReach)
  const differs = differsFromDefault(field, `message.${field.name}`)
  return `const ${hasName(field)} = ${present === undefined ? '' : `${present} && `}${differs}`
}

function hasName(field: Field): string {
  return `has${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`
}

/** Lists and nullable forms of a structure, as far as fields use them. */
export function printWriteForms(struct: Struct, context: Context): string[] {
  const fields = context.structs.flatMap((owner) => owner.fields)
  const lists = fields.filter((field) => isListOf(field, struct))
  const functions: string[] = []
  if (lists.some((field) => field.nullable === undefined)) functions.push(listFunction(struct))
  if (lists.some((field) => field.nullable !== undefined)) functions.push(nullableListFunction(struct))
  const nullable = fields.filter((field) => isNullableStruct(field, struct))
  if (nullable.some((field) => field.tag === undefined)) functions.push(nullableFunction(struct, 'present'))
  if (nullable.some((field) => field.tag !== undefined))
    functions.push(nullableFunction(struct, 'taggedPresent'))
  return functions
}

function isNullableStruct(field: Field, struct: Struct): boolean {
  return field.nullable !== undefined && field.type.kind === 'struct' && field.type.name === struct.name
}

function flexibleOf(struct: Struct): string {
  const flexible = flexibleArgument(struct)
  return flexible === 'flexible' ? `version >= ${struct.flexibleFrom}` : flexible
}

function listFunction(struct: Struct): string {
  return `function write${struct.name}List(writer: Writer, list: readonly ${struct.name}[], version: number): void {
writer.arrayLength(list.length, ${flexibleOf(struct)})
for (const item of list) write${struct.name}(writer, item, version)
}`
}

function nullableListFunction(struct: Struct): string {
  return `function writeNullable${struct.name}List(writer: Writer, list: readonly ${struct.name}[] | null, version: number): void {
writer.arrayLength(list === null ? -1 : list.length, ${flexibleOf(struct)})
if (list === null) return
for (const item of list) write${struct.name}(writer, item, version)
}`
}

function nullableFunction(struct: Struct, mark: 'present' | 'taggedPresent'): string {
  const prefix = mark === 'present' ? 'Nullable' : 'Tagged'
  return `function write${prefix}${struct.name}(writer: Writer, item: ${struct.name} | null, version: number): void {
writer.${mark}(item !== null)
if (item !== null) write${struct.name}(writer, item, version)
}`
}
