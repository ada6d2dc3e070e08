import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DecodeError, type DecodeErrorCode } from './decode-error.ts'
import { decodeElementsMax } from './limits.ts'
import { INT64_MAX, Reader } from './reader.ts'
import { Writer } from './writer.ts'

function hex(text: string): Reader {
  return new Reader(Buffer.from(text.replaceAll(' ', ''), 'hex'))
}

function fails(code: DecodeErrorCode, read: () => unknown): void {
  assert.throws(read, (error) => error instanceof DecodeError && error.code === code)
}

describe('integers', () => {
  test('are big endian and signed where the name says so', () => {
    const reader = hex('ff fffe ffff fffffffd ffffffff')
    assert.deepEqual(
      [reader.int8(), reader.int16(), reader.uint16(), reader.int32(), reader.uint32()],
      [-1, -2, 65535, -3, 4294967295]
    )
    reader.expectEnd()
  })

  test('of 64 bits come as safe integers', () => {
    assert.equal(hex('ffffffffffffffff').int64(), -1)
    assert.equal(hex('001fffffffffffff').int64(), Number.MAX_SAFE_INTEGER)
    assert.equal(hex('ffe0000000000001').int64(), Number.MIN_SAFE_INTEGER)
  })

  test('of 64 bits beyond the safe range are refused', () => {
    for (const text of ['0020000000000000', 'ffe0000000000000', '7fffffffffffffff', '8000000000000000']) {
      fails('INT64_OUT_OF_RANGE', () => hex(text).int64())
    }
  })

  test('that mean no limit keep that meaning', () => {
    assert.equal(hex('7fffffffffffffff').int64OrMax(), INT64_MAX)
    assert.equal(hex('0000000000000007').int64OrMax(), 7)
    fails('INT64_OUT_OF_RANGE', () => hex('7ffffffffffffffe').int64OrMax())
    fails('TRUNCATED', () => hex('7fffffff').int64OrMax())
  })

  test('of variable length use at most the bytes of their type', () => {
    assert.equal(hex('ffffffff0f').unsignedVarint(), 0xffffffff)
    assert.equal(hex('80808000').unsignedVarint(), 0)
    fails('BAD_VARINT', () => hex('ffffffff1f').unsignedVarint())
    fails('BAD_VARINT', () => hex('ffffffffff01').unsignedVarint())
    fails('TRUNCATED', () => hex('ffff').unsignedVarint())
    assert.equal(hex('ffffffff0f').varint(), -2147483648)
  })

  test('of variable length and 64 bits are refused beyond the safe range', () => {
    assert.equal(hex('feffffffffffff1f').varlong(), Number.MAX_SAFE_INTEGER)
    assert.equal(hex('fdffffffffffff1f').varlong(), Number.MIN_SAFE_INTEGER)
    fails('INT64_OUT_OF_RANGE', () => hex('ffffffffffffff1f').varlong())
    fails('INT64_OUT_OF_RANGE', () => hex('feffffffffffffffff01').varlong())
    fails('BAD_VARINT', () => hex('ffffffffffffffffff02').varlong())
    fails('BAD_VARINT', () => hex('ffffffffffffffffffff01').varlong())
    fails('TRUNCATED', () => hex('ffffffffff').varlong())
  })
})

describe('lengths', () => {
  test('beyond the end are refused before anything is allocated', () => {
    fails('TRUNCATED', () => hex('7fff 61').string(false))
    fails('TRUNCATED', () => hex('ffff01 61').string(true))
    fails('TRUNCATED', () => hex('7fffffff 61').bytes(false))
    fails('TRUNCATED', () => hex('ffffffff0f 61').nullableBytes(true))
    fails('TRUNCATED', () => hex('').int8())
  })

  test('of texts end at 32767 bytes, whatever the encoding could announce', () => {
    const bytes = Buffer.concat([Buffer.from('818002', 'hex'), Buffer.alloc(0x8000, 'a')])
    fails('BAD_LENGTH', () => new Reader(bytes).string(true))
  })

  test('of texts that are not UTF-8 end where nobody could write them again', () => {
    const text = (count: number): Reader => {
      const writer = new Writer()
      writer.int16(count)
      writer.raw(Buffer.alloc(count, 0xff))
      return new Reader(writer.toBytes())
    }
    assert.equal(text(10_922).string(false), '\ufffd'.repeat(10_922))
    fails('BAD_LENGTH', () => text(10_923).string(false))
    fails('BAD_LENGTH', () => text(10_923).nullableString(false))
  })

  test('below null are refused', () => {
    fails('BAD_LENGTH', () => hex('fffe').nullableString(false))
    fails('BAD_LENGTH', () => hex('fffffffe').nullableBytes(false))
    fails('BAD_LENGTH', () => hex('fffffffe').nullableArrayLength(false, 1))
  })

  test('of null are null where allowed and refused elsewhere', () => {
    assert.equal(hex('ffff').nullableString(false), null)
    assert.equal(hex('00').nullableString(true), null)
    assert.equal(hex('00').nullableBytes(true), null)
    assert.equal(hex('ffffffff').nullableArrayLength(false, 4), -1)
    fails('UNEXPECTED_NULL', () => hex('ffff').string(false))
    fails('UNEXPECTED_NULL', () => hex('00').bytes(true))
    fails('UNEXPECTED_NULL', () => hex('00').arrayLength(true, 4))
  })

  test('of arrays are held against the smallest size of their elements', () => {
    assert.equal(hex('00000002 0000 0000').arrayLength(false, 2), 2)
    fails('TOO_MANY_ELEMENTS', () => hex('00000003 0000 0000').arrayLength(false, 2))
    fails('TOO_MANY_ELEMENTS', () => hex('7fffffff 00').arrayLength(false, 1))
  })

  test('of all arrays of a message share one budget', () => {
    const half = decodeElementsMax / 2 + 1
    const writer = new Writer()
    writer.int32(half)
    writer.int32(half)
    writer.raw(new Uint8Array(half))
    const reader = new Reader(writer.toBytes())
    assert.equal(reader.arrayLength(false, 1), half)
    fails('TOO_MANY_ELEMENTS', () => reader.arrayLength(false, 1))
  })
})

describe('views', () => {
  test('share the memory of the input', () => {
    const input = Buffer.from('00000002 0102 03'.replaceAll(' ', ''), 'hex')
    const view = new Reader(input).bytes(false)
    input[4] = 9
    assert.deepEqual([...view], [9, 2])
  })

  test('of a reader over part of the bytes end with that part', () => {
    const reader = new Reader(new Uint8Array([1, 2, 3, 4]), 1, 3)
    assert.equal(reader.remaining, 2)
    assert.equal(reader.int16(), 0x0203)
    fails('TRUNCATED', () => reader.int8())
    assert.throws(() => new Reader(new Uint8Array(4), 1, 5), DecodeError)
  })
})

describe('tagged fields', () => {
  test('that nobody knows are passed over', () => {
    const reader = hex('02 00 02 aabb 05 00 2a')
    reader.skipTags()
    assert.equal(reader.int8(), 42)
  })

  test('out of order, repeated or longer than what remains are refused', () => {
    fails('BAD_TAG', () => hex('02 01 00 00 00').skipTags())
    fails('BAD_TAG', () => hex('02 01 00 01 00').skipTags())
    fails('TRUNCATED', () => hex('01 00 05 00').skipTags())
    fails('TRUNCATED', () => hex('ffffffff0f 00 00').skipTags())
  })
})

test('bytes left over are refused', () => {
  fails('TRAILING_BYTES', () => hex('00').expectEnd())
})

test('a decode error costs no stack trace and leaves the limit of others as it was', () => {
  const limit = Error.stackTraceLimit
  assert.equal(new DecodeError('TRUNCATED', 3).stack?.split('\n').length, 1)
  assert.equal(Error.stackTraceLimit, limit)
})

test('random bytes give a value or a decode error from every method', () => {
  const reads: ReadonlyArray<(reader: Reader) => unknown> = [
    (reader) => reader.unsignedVarint(),
    (reader) => reader.varint(),
    (reader) => reader.varlong(),
    (reader) => reader.int64OrMax(),
    (reader) => reader.uuid(),
    (reader) => reader.string(true),
    (reader) => reader.nullableString(false),
    (reader) => reader.nullableBytes(true),
    (reader) => reader.arrayLength(true, 3),
    (reader) => reader.skipTags()
  ]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...reads), (bytes, read) => {
      const reader = new Reader(bytes)
      try {
        read(reader)
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
      assert.ok(reader.position <= bytes.length)
    }),
    { numRuns: 2000 }
  )
})
