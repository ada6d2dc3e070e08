// The generated codec of every message in every version, against an encoder that shares no code with it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DecodeError, EncodeError, Reader, Writer } from '@naru/base'
import fc from 'fast-check'
import type { FieldSchema } from '../schema/load.ts'
import { allCases, type MessageCase } from './schema/cases.ts'
import { holds, propertyOf, versionsOf, type Message } from './schema/described.ts'
import { encode } from './schema/encoder.ts'
import { messages } from './schema/values.ts'

const cases = await allCases()

function write(message: Message, { write: writeMessage }: MessageCase, version: number): Buffer {
  const writer = new Writer()
  writeMessage(writer, message, version)
  return Buffer.from(writer.toBytes())
}

function read(bytes: Uint8Array, { read: readMessage }: MessageCase, version: number): Message {
  const reader = new Reader(bytes)
  const message = readMessage(reader, version)
  reader.expectEnd()
  return message
}

/** A value or a decode error; anything else is a crash that a peer could cause. */
function readHostile(bytes: Uint8Array, one: MessageCase, version: number): void {
  try {
    read(bytes, one, version)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}

/** Runs a check on arbitrary messages of each version. */
function forEachVersion(
  one: MessageCase,
  runs: number,
  check: (message: Message, version: number) => void
): void {
  for (const version of versionsOf(one.versions)) {
    const property = fc.property(messages(one.body, one.versions, version), (message) =>
      check(message, version)
    )
    fc.assert(property, { numRuns: runs })
  }
}

describe('every message in every version', () => {
  for (const one of cases) {
    const { name, body, flexible } = one

    test(`${name} is written byte for byte as described and read back as it was`, () => {
      forEachVersion(one, 15, (message, version) => {
        const bytes = write(message, one, version)
        assert.equal(bytes.toString('hex'), encode(message, { body, flexible, version }).toString('hex'))
        assert.deepEqual(read(bytes, one, version), message)
      })
    })

    test(`${name} is read past tagged fields of the future`, () => {
      forEachVersion(one, 3, (message, version) => {
        const bytes = encode(message, { body, flexible, version, unknownTags: true })
        assert.deepEqual(read(bytes, one, version), message)
      })
    })

    test(`${name} cut short is a decode error`, () => {
      forEachVersion(one, 2, (message, version) => {
        const bytes = write(message, one, version)
        for (let length = 0; length < bytes.length; length++) {
          assert.throws(() => read(bytes.subarray(0, length), one, version), DecodeError)
        }
      })
    })

    test(`${name} with damaged bytes is a message or a decode error`, () => {
      forEachVersion(one, 3, (message, version) => {
        const bytes = write(message, one, version)
        for (const position of bytes.keys()) {
          const damaged = Buffer.from(bytes)
          damaged[position] = 0xff
          readHostile(damaged, one, version)
          damaged[position] = bytes[position]! ^ 0x55
          readHostile(damaged, one, version)
        }
      })
    })
  }

  test('random bytes are a message or a decode error, and cost no memory', () => {
    const before = process.memoryUsage().rss
    const versions = cases.flatMap((one) => versionsOf(one.versions).map((version) => ({ one, version })))
    const property = fc.property(
      fc.nat({ max: versions.length - 1 }),
      fc.uint8Array({ maxLength: 300, size: 'max' }),
      (index, bytes) => readHostile(bytes, versions[index]!.one, versions[index]!.version)
    )
    fc.assert(property, { numRuns: 10_000 })
    assert.ok(process.memoryUsage().rss - before < 256 * 1024 * 1024)
  })
})

describe('a value in a version without its field', () => {
  const set = messagesWithAbsentFields()

  test('is refused when dropping it would change the meaning', () => {
    for (const { one, version, field, message } of set.filter((item) => item.field.ignorable !== true)) {
      assert.throws(() => write(message, one, version), EncodeError, `${one.name} v${version} ${field.name}`)
    }
  })

  test('is dropped when the description allows it', () => {
    for (const { one, version, message } of set.filter((item) => item.field.ignorable === true))
      write(message, one, version)
  })

  test('occurs in enough messages to mean something', () => assert.ok(set.length > 150, String(set.length)))
})

interface AbsentField {
  readonly one: MessageCase
  readonly version: number
  readonly field: FieldSchema
  readonly message: Message
}

/** A message of each version for each field that only other versions have, with a value in that field. */
function messagesWithAbsentFields(): AbsentField[] {
  return cases.flatMap((one) =>
    versionsOf(one.versions).flatMap((version) => {
      const absent = one.body.fields.filter(
        (field) =>
          !holds(field.versions, version) &&
          versionsOf(one.versions).some((other) => holds(field.versions, other)) &&
          /^(int32|string)$/.test(field.type)
      )
      const [message] = fc.sample(messages(one.body, one.versions, version), { numRuns: 1, seed: 1 })
      return absent.map((field) => ({
        one,
        version,
        field,
        message: { ...message, [propertyOf(field)]: field.type === 'int32' ? 123_456 : 'a value' }
      }))
    })
  )
}
