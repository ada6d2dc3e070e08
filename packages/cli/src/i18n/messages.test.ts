import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { en } from './en.ts'
import { ko } from './ko.ts'
import { loadMessages } from './messages.ts'

const sources = join(import.meta.dirname, '..')

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()
}

test('korean-has-exactly-the-keys-of-english', () => {
  assert.deepEqual(Object.keys(ko).sort(), Object.keys(en).sort())
})

test('both-languages-fill-in-the-same-values', () => {
  for (const key of Object.keys(en) as Array<keyof typeof en>) {
    assert.deepEqual([...new Set(placeholders(ko[key]))], [...new Set(placeholders(en[key]))], key)
  }
})

test('no-text-is-empty-or-left-in-english', () => {
  for (const [key, text] of Object.entries(ko)) {
    assert.notEqual(text.trim(), '', key)
    assert.match(text, /[가-힣]|^[\s{}\w.:/-]*$/, `${key} holds no Korean`)
  }
})

test('no-korean-text-puts-a-particle-after-a-value-that-varies', () => {
  for (const [key, text] of Object.entries(ko)) {
    assert.doesNotMatch(text, /\{\w+\}["')]?(을|를|이|가|은|는|와|과|으로|로)(?![가-힣])/, key)
  }
})

test('every-text-is-used-somewhere', () => {
  const code = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/^i18n.(en|ko)\.ts$|\.test\.ts$/.test(path))
    .map((path) => readFileSync(join(sources, path), 'utf8'))
    .join('\n')
  const unused = Object.keys(en).filter((key) => !code.includes(`'${key}'`))
  assert.deepEqual(unused, [])
})

test('values-take-their-places', async () => {
  const messages = await loadMessages('en')
  assert.match(messages.text('topic.created', { topic: 'orders', partitions: 3, replicas: 1 }), /orders.*3/)
})
