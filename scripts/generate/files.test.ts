import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ApiSchema, FieldSchema } from '../../packages/protocol/schema/load.ts'
import { constantName, printApiFile } from './files.ts'
import { bytesMin, buildMessage, intersect, parseRange } from './model.ts'

function api(fields: readonly FieldSchema[], response: readonly FieldSchema[] = []): string {
  const schema: ApiSchema = {
    key: 7,
    name: 'Try',
    about: 'Tries.',
    listeners: ['broker'],
    versions: '2-5',
    flexible: '4+',
    request: { fields },
    response: { fields: response }
  }
  // Layout is the formatter's business.
  return printApiFile({ file: '07-try', schema }).replaceAll(/\s+/g, ' ')
}

describe('version ranges', () => {
  test('are read in all of their spellings', () => {
    assert.deepEqual(parseRange('3'), { min: 3, max: 3 })
    assert.deepEqual(parseRange('3-7'), { min: 3, max: 7 })
    assert.equal(parseRange('3+')?.min, 3)
    assert.equal(parseRange('none'), undefined)
    assert.throws(() => parseRange('3 to 7'), /not a version range/)
  })

  test('that do not meet have nothing in common', () => {
    assert.deepEqual(intersect({ min: 1, max: 5 }, { min: 3, max: 9 }), { min: 3, max: 5 })
    assert.equal(intersect({ min: 1, max: 2 }, { min: 3, max: 9 }), undefined)
  })
})

describe('generated code', () => {
  test('has no branch for versions that cannot occur', () => {
    const code = api([{ name: 'A', type: 'int32', versions: '1+' }])
    assert.match(code, /const a = reader\.int32\(\)/)
  })

  test('has no field that only retired versions had', () => {
    assert.doesNotMatch(api([{ name: 'Old', type: 'int32', versions: '0-1' }]), /\bold\b/)
  })

  test('gives a field its default in versions that lack it', () => {
    const code = api([{ name: 'A', type: 'int32', versions: '3+', default: -1 }])
    assert.match(code, /const a = version >= 3 \? reader\.int32\(\) : -1/)
    assert.match(code, /else if \(message\.a !== -1\) throw absentField\('TryRequest\.a', version\)/)
  })

  test('drops a value silently only where the field is ignorable', () => {
    const code = api([{ name: 'A', type: 'int32', versions: '3+', ignorable: true }])
    assert.match(code, /if \(version >= 3\) writer\.int32\(message\.a\)/)
    assert.doesNotMatch(code, /absentField/)
  })

  test('allows null only in the versions that do', () => {
    const code = api([{ name: 'A', type: 'string', versions: '0+', nullable: '5+' }])
    assert.match(code, /version >= 5 \? reader\.nullableString\(flexible\) : reader\.string\(flexible\)/)
    assert.match(code, /version >= 5 \? message\.a : required\(message\.a, 'TryRequest\.a', version\)/)
  })

  test('gives structures of one name in request and response different names', () => {
    const fields: FieldSchema[] = [
      { name: 'Items', type: '[]Item', versions: '0+', fields: [{ name: 'A', type: 'int8', versions: '0+' }] }
    ]
    const code = api(fields, fields)
    assert.match(code, /export interface TryRequestItem \{/)
    assert.match(code, /export interface TryResponseItem \{/)
  })

  test('imports only what it uses', () => {
    assert.match(
      api([{ name: 'A', type: 'int8', versions: '0+' }]),
      /import type \{ Reader, Writer \} from '@naru\/base'/
    )
  })
})

test('the smallest size of an element is that of its smallest version', () => {
  const message = buildMessage({
    name: 'Try',
    versions: '0-3',
    flexible: '2+',
    about: undefined,
    response: false,
    sharedNames: new Set(),
    body: {
      fields: [
        {
          name: 'Items',
          type: '[]Item',
          versions: '0+',
          fields: [
            { name: 'Name', type: 'string', versions: '0+' },
            { name: 'Id', type: 'uuid', versions: '3+' },
            { name: 'Count', type: 'int32', versions: '0+' }
          ]
        }
      ]
    }
  })
  // Version 0 and 1: 2 + 4 bytes; version 2: 1 + 4 and 1 for tags; version 3: 16 more.
  assert.equal(bytesMin({ kind: 'struct', name: 'Item' }, message.structs), 6)
})

test('a constant is spelled with underscores', () => {
  assert.equal(constantName('ApiVersions'), 'API_VERSIONS')
  assert.equal(constantName('InitProducerId'), 'INIT_PRODUCER_ID')
})
