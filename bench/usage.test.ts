import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { usageIn } from './usage.ts'

test('the-usage-is-the-first-comment-of-a-file', () => {
  assert.equal(
    usageIn('/**\n * What it does:\n *\n *     run it\n */\nconst a = 1\n'),
    'What it does:\n\n    run it'
  )
})

test('help-is-answered-and-a-wrong-option-is-no-stack-trace', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'bench.ts'), ...args], { encoding: 'utf8' })
  const help = run('--help')
  assert.equal(help.status, 0, help.stderr)
  assert.match(help.stdout, /npm run bench -- --quick/)
  const wrong = run('--quik')
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /^Unknown option '--quik'/)
  assert.doesNotMatch(wrong.stderr, /\n {4}at /)
})
