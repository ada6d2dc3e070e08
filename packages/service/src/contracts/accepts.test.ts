import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { jsonSchemaOf, type JsonSchema } from '../event/json-schema.ts'
import { type Break, findBreaks } from './accepts.ts'

const schema = (type: z.ZodType): JsonSchema => jsonSchemaOf(type) as JsonSchema
const breaks = (reader: z.ZodType, writer: z.ZodType): readonly Break[] =>
  findBreaks(schema(reader), schema(writer))
const fields = (reader: z.ZodType, writer: z.ZodType): readonly string[] =>
  breaks(reader, writer).map(({ field }) => field)

const order = z.object({
  id: z.string(),
  items: z.array(z.object({ drink: z.enum(['latte', 'mocha']), count: z.int() }))
})

test('a schema accepts itself, and a reader of fewer fields', () => {
  assert.deepEqual(fields(order, order), [])
  assert.deepEqual(fields(z.object({ id: z.string() }), order), [])
  assert.deepEqual(fields(z.unknown(), order), [])
})

test('a field that the reader requires and the writer leaves out breaks it', () => {
  assert.deepEqual(fields(z.object({ id: z.string(), size: z.string() }), z.object({ id: z.string() })), [
    'size'
  ])
  assert.deepEqual(fields(z.object({ id: z.string() }), z.object({ id: z.string().optional() })), ['id'])
  assert.deepEqual(fields(z.object({ id: z.string().optional() }), z.object({})), [])
})

test('a type that the reader does not take breaks it, down to the field', () => {
  const other = z.object({
    id: z.string(),
    items: z.array(z.object({ drink: z.enum(['latte', 'tea']), count: z.number() }))
  })
  assert.deepEqual(breaks(order, other), [
    { field: 'items[].drink', reason: '"tea" is not read' },
    { field: 'items[].count', reason: 'may be number, and integer is read' }
  ])
  assert.deepEqual(fields(other, order), ['items[].drink'])
})

test('narrower bounds, other patterns, and more alternatives than are read break it', () => {
  assert.deepEqual(fields(z.object({ n: z.number().max(10) }), z.object({ n: z.number() })), ['n'])
  assert.deepEqual(fields(z.object({ n: z.number() }), z.object({ n: z.number().max(10) })), [])
  assert.deepEqual(fields(z.object({ s: z.email() }), z.object({ s: z.string() })).length > 0, true)
  assert.deepEqual(fields(z.object({ v: z.string() }), z.object({ v: z.union([z.string(), z.number()]) })), [
    'v'
  ])
  assert.deepEqual(
    fields(z.object({ v: z.union([z.string(), z.number()]) }), z.object({ v: z.string() })),
    []
  )
  assert.deepEqual(fields(z.object({ v: z.string() }), z.object({ v: z.string().nullable() })), ['v'])
})

test('a strict reader refuses fields that it does not know', () => {
  const writer = z.object({ id: z.string(), extra: z.string() })
  assert.deepEqual(fields(z.strictObject({ id: z.string() }), writer), ['extra'])
})

test('tuples, records and recursion are compared, and end', () => {
  assert.deepEqual(fields(z.tuple([z.string(), z.number()]), z.tuple([z.string(), z.string()])), ['[1]'])
  assert.deepEqual(fields(z.record(z.string(), z.number()), z.record(z.string(), z.string())), ['*'])
  const tree = z.object({
    name: z.string(),
    get children() {
      return z.array(tree)
    }
  })
  assert.deepEqual(fields(tree, tree), [])
  const list = z.object({
    name: z.string(),
    get next() {
      return z.union([list, z.null()])
    }
  })
  const longer = z.object({
    name: z.string().nullable(),
    get next() {
      return z.union([longer, z.null()])
    }
  })
  assert.deepEqual(fields(list, list), [])
  assert.deepEqual(fields(longer, list), [])
  assert.ok(fields(list, longer).includes('name'))
})
