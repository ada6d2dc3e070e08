import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { EncodeError } from './encode-error.ts'
import { INT64_MAX, Reader } from './reader.ts'
import { ZERO_UUID, type Uuid } from './uuid.ts'
import { Writer } from './writer.ts'

function written(write: (writer: Writer) => void): string {
  const writer = new Writer()
  write(writer)
  return Buffer.from(writer.toBytes()).toString('hex')
}

/** One kind of value: how to make one, how to write it, how to read it back. */
interface Kind {
  readonly value: fc.Arbitrary<unknown>
  readonly write: (writer: Writer, value: never) => void
  readonly read: (reader: Reader) => unknown
}

function kind<T>(
  value: fc.Arbitrary<T>,
  write: (writer: Writer, value: T) => void,
  read: (reader: Reader) => T
): Kind {
  return { value, write, read }
}

const safeInteger = fc.maxSafeInteger()
const bytes = fc.uint8Array({ maxLength: 3000, size: 'max' })
const text = fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' })

const kinds: readonly Kind[] = [
  kind(
    fc.boolean(),
    (w, v) => w.boolean(v),
    (r) => r.boolean()
  ),
  kind(
    fc.integer({ min: -128, max: 127 }),
    (w, v) => w.int8(v),
    (r) => r.int8()
  ),
  kind(
    fc.integer({ min: -32768, max: 32767 }),
    (w, v) => w.int16(v),
    (r) => r.int16()
  ),
  kind(
    fc.integer({ min: 0, max: 65535 }),
    (w, v) => w.uint16(v),
    (r) => r.uint16()
  ),
  kind(
    fc.integer(),
    (w, v) => w.int32(v),
    (r) => r.int32()
  ),
  kind(
    fc.integer({ min: 0, max: 0xffffffff }),
    (w, v) => w.uint32(v),
    (r) => r.uint32()
  ),
  kind(
    safeInteger,
    (w, v) => w.int64(v),
    (r) => r.int64()
  ),
  kind(
    fc.oneof(safeInteger, fc.constant(INT64_MAX)),
    (w, v) => w.int64OrMax(v),
    (r) => r.int64OrMax()
  ),
  kind(
    fc.double(),
    (w, v) => w.float64(v),
    (r) => r.float64()
  ),
  kind(
    fc.integer({ min: 0, max: 0xffffffff }),
    (w, v) => w.unsignedVarint(v),
    (r) => r.unsignedVarint()
  ),
  kind(
    fc.integer(),
    (w, v) => w.varint(v),
    (r) => r.varint()
  ),
  kind(
    safeInteger,
    (w, v) => w.varlong(v),
    (r) => r.varlong()
  ),
  kind(
    text,
    (w, v) => w.string(v, true),
    (r) => r.string(true)
  ),
  kind(
    text,
    (w, v) => w.string(v, false),
    (r) => r.string(false)
  ),
  kind(
    fc.option(text),
    (w, v) => w.nullableString(v, true),
    (r) => r.nullableString(true)
  ),
  kind(
    fc.option(text),
    (w, v) => w.nullableString(v, false),
    (r) => r.nullableString(false)
  ),
  kind(
    bytes,
    (w, v) => w.bytes(v, true),
    (r) => new Uint8Array(r.bytes(true))
  ),
  kind(
    bytes,
    (w, v) => w.bytes(v, false),
    (r) => new Uint8Array(r.bytes(false))
  )
]

describe('a writer', () => {
  test('writes what a reader reads, in any order and across any number of chunks', () => {
    const step = fc
      .nat({ max: kinds.length - 1 })
      .chain((index) => fc.record({ index: fc.constant(index), value: kinds[index]!.value }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const writer = new Writer()
        for (const { index, value } of steps) kinds[index]!.write(writer, value as never)
        const length = writer.byteLength
        const all = Buffer.concat(writer.finish())
        assert.equal(all.length, length)
        const reader = new Reader(all)
        for (const { index, value } of steps) assert.deepEqual(kinds[index]!.read(reader), value)
        reader.expectEnd()
      }),
      { numRuns: 300 }
    )
  })

  test('passes large byte fields on by reference', () => {
    const large = new Uint8Array(4096)
    const writer = new Writer()
    writer.int8(1)
    writer.bytes(large, false)
    writer.int8(2)
    const chunks = writer.finish()
    assert.equal(chunks.length, 3)
    assert.equal(chunks[1], large)
  })

  test('copies small byte fields', () => {
    const small = new Uint8Array([1, 2, 3])
    const writer = new Writer()
    writer.bytes(small, true)
    const chunks = writer.finish()
    small[0] = 9
    assert.deepEqual(
      chunks.map((chunk) => [...chunk]),
      [[4, 1, 2, 3]]
    )
  })

  test('takes records as bytes, as chunks or as null', () => {
    const [a, b] = [new Uint8Array([1]), new Uint8Array([2, 3])]
    assert.equal(
      written((w) => w.records([a, b], false)),
      '00000003010203'
    )
    assert.equal(
      written((w) => w.records(b, true)),
      '030203'
    )
    assert.equal(
      written((w) => w.records([], true)),
      '01'
    )
    assert.equal(
      written((w) => w.records(null, true)),
      '00'
    )
    assert.equal(
      written((w) => w.records(null, false)),
      'ffffffff'
    )
  })

  test('fills in the length of a frame when it is known, also behind other chunks', () => {
    const writer = new Writer()
    const slot = writer.reserveInt32()
    writer.raw(new Uint8Array(2000))
    writer.string('x'.repeat(3000), false)
    writer.patchInt32(slot, writer.byteLength - 4)
    assert.equal(Buffer.from(writer.toBytes()).readInt32BE(), 2000 + 2 + 3000)
  })

  test('does not disturb another one that is open at the same time', () => {
    const writers = [new Writer(), new Writer(), new Writer()]
    for (let i = 0; i < 3000; i++)
      for (const [index, writer] of writers.entries()) writer.int32(index * 10_000 + i)
    for (const [index, writer] of writers.entries()) {
      const all = Buffer.from(writer.toBytes())
      for (let i = 0; i < 3000; i++) assert.equal(all.readInt32BE(i * 4), index * 10_000 + i)
    }
  })

  test('leaves the chunks of an earlier one alone', () => {
    const first = new Writer()
    first.string('first', true)
    const chunks = first.finish()
    const second = new Writer()
    second.string('other', true)
    second.finish()
    assert.equal(Buffer.concat(chunks).toString(), '\u0006first')
  })

  test('puts the size of a tagged field in front of it', () => {
    const content = (w: Writer): Writer => {
      const nested = w.nested()
      nested.int16(0x0a0b)
      return nested
    }
    assert.equal(
      written((w) => w.tagged(3, content(w))),
      '03020a0b'
    )
  })

  test('writes a uuid as its sixteen bytes', () => {
    assert.equal(
      written((w) => w.uuid(ZERO_UUID)),
      '00'.repeat(16)
    )
    assert.equal(
      written((w) => w.uuid('_____________________w' as Uuid)),
      'ff'.repeat(16)
    )
  })
})

describe('a value that does not fit its type', () => {
  const wrong: ReadonlyArray<[what: string, write: (writer: Writer) => void]> = [
    ['int8', (w) => w.int8(128)],
    ['int16', (w) => w.int16(-32769)],
    ['uint16', (w) => w.uint16(-1)],
    ['int32', (w) => w.int32(2 ** 31)],
    ['int32 with a fraction', (w) => w.int32(0.5)],
    ['int32 that is not a number', (w) => w.int32(Number.NaN)],
    ['uint32', (w) => w.uint32(-1)],
    ['int64', (w) => w.int64(2 ** 53)],
    ['int64 without a limit where one is needed', (w) => w.int64(INT64_MAX)],
    ['varint', (w) => w.varint(2 ** 31)],
    ['varlong', (w) => w.varlong(-(2 ** 53))],
    ['unsigned varint', (w) => w.unsignedVarint(-1)],
    ['text with a classic length', (w) => w.string('x'.repeat(32768), false)],
    ['text with a compact length', (w) => w.string('가'.repeat(10923), true)],
    ['length of a frame', (w) => w.patchInt32(w.reserveInt32(), 2 ** 31)]
  ]
  for (const [what, write] of wrong) {
    test(`is refused: ${what}`, () => assert.throws(() => write(new Writer()), EncodeError))
  }
})
