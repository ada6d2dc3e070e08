import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf } from './language.ts'

test('the-language-is-the-one-that-was-asked-for', () => {
  assert.equal(languageOf({ LANG: 'ko_KR.UTF-8' }), 'ko')
  assert.equal(languageOf({ LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }), 'en')
  assert.equal(languageOf({ LANG: 'C', NARU_LANG: 'ko' }), 'ko')
  assert.equal(languageOf({ LANG: 'kok_IN' }), 'en')
  assert.equal(languageOf({ NARU_LANG: '', LC_MESSAGES: 'ko' }), 'ko')
  assert.equal(languageOf({}), 'en')
})
