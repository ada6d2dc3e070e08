import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProperties } from './properties.ts'

function parsed(text: string): Record<string, string> {
  return Object.fromEntries(parseProperties(text))
}

test('the-three-ways-to-write-a-pair-mean-the-same', () => {
  assert.deepEqual(parsed('a=1\nb: 2\nc 3\n  d  =  4  \ne\n=x'), {
    a: '1',
    b: '2',
    c: '3',
    d: '4  ',
    e: '',
    '': 'x'
  })
})

test('comments-and-blank-lines-are-skipped', () => {
  assert.deepEqual(parsed('# a=1\n\n  ! b=2\r\nc=#3\r\n'), { c: '#3' })
})

test('a-line-goes-on-after-a-backslash', () => {
  assert.deepEqual(parsed('a=1,\\\n   2,\\\n   3\nb=x\\\\\nc=4'), { a: '1,2,3', b: 'x\\', c: '4' })
})

test('escapes-are-those-of-java', () => {
  assert.deepEqual(parsed('a=\\u00e9\\t\\:\\q\nk\\=1=v\nd=C:\\\\data'), {
    a: 'é\t:q',
    'k=1': 'v',
    d: 'C:\\data'
  })
})

test('the-last-of-two-wins', () => {
  assert.deepEqual(parsed('a=1\na=2'), { a: '2' })
})

test('a-file-of-kafka-is-read', () => {
  const text = `############# Server Basics #############
process.roles=broker,controller
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
log.dirs=/tmp/kraft-combined-logs
log.retention.hours=168`
  assert.deepEqual(parsed(text)['listeners'], 'PLAINTEXT://:9092,CONTROLLER://:9093')
  assert.equal(Object.keys(parsed(text)).length, 4)
})
