// What `npm ci` needs to find in the lock file for the platforms that are not installed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingEntries } from './lock.ts'

const tool = {
  version: '1.0.0',
  dev: true,
  optionalDependencies: { '@tool/binding-linux-arm64-musl': '1.0.0' }
}

test('an optional package of another platform is missing until it has an entry', () => {
  const missing = missingEntries({ 'node_modules/tool': tool })
  assert.deepEqual(missing, {
    'node_modules/@tool/binding-linux-arm64-musl': {
      version: '1.0.0',
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
      dev: true,
      optional: true
    }
  })
  assert.deepEqual(missingEntries({ 'node_modules/tool': tool, ...missing }), {})
})

test('an entry below the package that asks for it counts', () => {
  const nested = { 'node_modules/tool/node_modules/@tool/binding-linux-arm64-musl': { version: '1.0.0' } }
  assert.deepEqual(missingEntries({ 'node_modules/tool': tool, ...nested }), {})
})

test('a name that tells no platform is not guessed', () => {
  const entries = { 'node_modules/tool': { optionalDependencies: { fsevents: '2.3.3' } } }
  assert.throws(() => missingEntries(entries), /fsevents/)
})
