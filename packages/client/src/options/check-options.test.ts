import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError, checkOptions, withDefaults } from './check-options.ts'

test('an-unknown-option-is-rejected-with-the-nearest-name', () => {
  assert.throws(
    () => checkOptions('createClient', { boostrap: 'localhost' }, ['bootstrap', 'clientId']),
    (error) =>
      error instanceof OptionError &&
      error.code === 'INVALID_OPTION' &&
      error.option === 'boostrap' &&
      error.message.includes('did you mean "bootstrap"?')
  )
})

test('an-option-near-to-none-lists-all', () => {
  assert.throws(() => checkOptions('send', { zzz: 1 }, ['topic', 'records']), /known are topic, records/)
})

test('undefined-means-left-out', () => {
  const given: { acks?: string | undefined; topic: string } = { acks: undefined, topic: 't' }
  assert.deepEqual(withDefaults({ acks: 'all' }, given), { acks: 'all', topic: 't' })
})
