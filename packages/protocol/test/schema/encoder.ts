/**
 * A second encoder, written for the tests: it walks the description field by field, slowly and plainly, and
 * shares no code with the generator or the writer. Where both give the same bytes, a mistake would have to be
 * made twice.
 */
import type { BodySchema, FieldSchema } from '../../schema/load.ts'
import { holds, propertyOf, structFields, type Message } from './described.ts'

export interface Encoding {
  readonly body: BodySchema
  readonly flexible: string
  readonly version: number
  /** Adds a tagged field that no version knows to every structure. */
  readonly unknownTags?: boolean
}

export function encode(message: Message, encoding: Encoding): Buffer {
  return structure(encoding.body.fields, message, encoding)
}

function structure(fields: readonly FieldSchema[], message: Message, encoding: Encoding): Buffer {
  const { version } = encoding
  const parts: Buffer[] = []
  const tagged: Array<[tag: number, content: Buffer]> = []
  for (const field of fields) {
    if (!holds(field.versions, version)) continue
    const value = message[propertyOf(field)]
    if (!holds(field.tagged, version)) parts.push(fieldBytes(field, value, encoding))
    else if (!isDefault(field, value, encoding)) tagged.push([field.tag!, fieldBytes(field, value, encoding)])
  }
  if (holds(encoding.flexible, version)) {
    if (encoding.unknownTags === true) tagged.push([1000, Buffer.from('unknown')])
    parts.push(varint(tagged.length))
    for (const [tag, content] of tagged.toSorted(([a], [b]) => a - b)) {
      parts.push(varint(tag), varint(content.length), content)
    }
  }
  return Buffer.concat(parts)
}

function fieldBytes(field: FieldSchema, value: unknown, encoding: Encoding): Buffer {
  const flexible = holds(field.flexible ?? encoding.flexible, encoding.version)
  if (field.type.startsWith('[]')) return array(field, value as readonly unknown[] | null, encoding)
  const fields = structFields(field, encoding.body)
  if (fields === undefined) return primitive(field.type, value, flexible)
  if (!holds(field.nullable, encoding.version)) return structure(fields, value as Message, encoding)
  if (value === null) return Buffer.from([field.tag === undefined ? 0xff : 0])
  return Buffer.concat([Buffer.from([1]), structure(fields, value as Message, encoding)])
}

function array(field: FieldSchema, value: readonly unknown[] | null, encoding: Encoding): Buffer {
  const flexible = holds(encoding.flexible, encoding.version)
  const count = lengthBytes(value === null ? -1 : value.length, flexible, 4)
  const element: FieldSchema = { ...field, type: field.type.slice(2), nullable: 'none' }
  return Buffer.concat([count, ...(value ?? []).map((item) => fieldBytes(element, item, encoding))])
}

function primitive(type: string, value: unknown, flexible: boolean): Buffer {
  switch (type) {
    case 'bool':
      return Buffer.from([value === true ? 1 : 0])
    case 'string':
      return sized(value === null ? null : Buffer.from(value as string), flexible, 2)
    case 'bytes':
    case 'records':
      return sized(value === null ? null : Buffer.from(value as Uint8Array), flexible, 4)
    case 'uuid':
      return Buffer.from(value as string, 'base64url')
    case 'float64': {
      const buffer = Buffer.alloc(8)
      buffer.writeDoubleBE(value as number)
      return buffer
    }
    default:
      return integer(type, value as number)
  }
}

function integer(type: string, value: number): Buffer {
  const bits = Number(type.replace(/\D+/, ''))
  const whole = value === 2 ** 63 ? 2n ** 63n - 1n : BigInt(value)
  const digits = BigInt.asUintN(bits, whole).toString(16)
  return Buffer.from(digits.padStart(bits / 4, '0'), 'hex')
}

function sized(bytes: Buffer | null, flexible: boolean, width: 2 | 4): Buffer {
  const length = lengthBytes(bytes === null ? -1 : bytes.length, flexible, width)
  return bytes === null ? length : Buffer.concat([length, bytes])
}

function lengthBytes(length: number, flexible: boolean, width: 2 | 4): Buffer {
  return flexible ? varint(length + 1) : integer(width === 2 ? 'int16' : 'int32', length)
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}

/** Whether a tagged field is left out. */
function isDefault(field: FieldSchema, value: unknown, encoding: Encoding): boolean {
  if (value === null) return field.default === null
  if (Array.isArray(value)) return value.length === 0 && field.default !== null
  if (typeof value !== 'object') return value === plainDefault(field)
  const fields = structFields(field, encoding.body)!
  return fields.every((child) => isDefault(child, (value as Message)[propertyOf(child)], encoding))
}

function plainDefault(field: FieldSchema): unknown {
  if (field.type === 'int64' && typeof field.default === 'string') return 2 ** 63
  if (field.default !== undefined) return field.default
  if (field.type === 'string') return ''
  if (field.type === 'uuid') return 'A'.repeat(22)
  return field.type === 'bool' ? false : 0
}
