// Commands are started, timed, killed and counted as the other scripts expect it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { addCounts, countsOf, inParallel, readCounts, run } from './run.ts'
import { testCommand } from './test.ts'

describe('running commands', () => {
  test('code and output of both streams are kept', async () => {
    const script = `console.log('out'); console.error('err'); process.exitCode = 3`
    const { code, output } = await run(['node', '--eval', script])
    assert.equal(code, 3)
    assert.match(output, /out/)
    assert.match(output, /err/)
  })

  test('a program that does not exist is a failure, not an exception', async () => {
    const { code, output } = await run(['no-such-program'])
    assert.equal(code, 127)
    assert.match(output, /no-such-program/)
  })

  test('what takes too long is killed and says so', async () => {
    const { code, output } = await run(['node', '--eval', 'setTimeout(() => {}, 60_000)'], {
      secondsMax: 0.3
    })
    assert.notEqual(code, 0)
    assert.match(output, /longer than 0\.3 s/)
  })

  test('results come in the order of the tasks, a few at once', async () => {
    let running = 0
    let runningMax = 0
    const results = await inParallel(
      [3, 1, 2],
      async (task) => {
        running += 1
        runningMax = Math.max(runningMax, running)
        for (let turn = 0; turn < task; turn += 1) await Promise.resolve()
        running -= 1
        return task * 10
      },
      2
    )
    assert.deepEqual(results, [30, 10, 20])
    assert.equal(runningMax, 2)
  })
})

describe('counting', () => {
  test('the last line counts when it has the form', () => {
    assert.deepEqual(readCounts('ok\n12 passed, 3 failed\n'), { passed: 12, failed: 3 })
    assert.equal(readCounts('12 passed, 3 failed\nbye'), undefined)
  })

  test('silence counts as one, and a failing command never counts as a success', () => {
    assert.deepEqual(countsOf({ code: 0, output: '' }), { passed: 1, failed: 0 })
    assert.deepEqual(countsOf({ code: 1, output: '' }), { passed: 0, failed: 1 })
    assert.deepEqual(countsOf({ code: 1, output: '5 passed, 0 failed' }), { passed: 5, failed: 1 })
    assert.deepEqual(
      addCounts([
        { passed: 5, failed: 1 },
        { passed: 1, failed: 0 }
      ]),
      { passed: 6, failed: 1 }
    )
  })
})

describe('the report of tests', () => {
  const reportOn = async (text: string): Promise<{ readonly code: number; readonly output: string }> => {
    const folder = mkdtempSync(join(tmpdir(), 'naru-report-'))
    try {
      const path = join(folder, 'sample.test.mjs')
      writeFileSync(path, `import { describe, test } from 'node:test'\n${text}`)
      // A test inside a test would otherwise report to the outer one.
      return await run(testCommand([path]), { env: { NODE_TEST_CONTEXT: '' } })
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('tests count, groups do not', async () => {
    const text = `test('a', () => {}); describe('g', () => { test('b', () => {}); test('c', () => {}) })`
    assert.deepEqual(countsOf(await reportOn(text)), { passed: 3, failed: 0 })
  })

  test('a failure in a nested test is told and counted once', async () => {
    const text = `test('a', (t) => t.test('b', () => { throw new Error('broken') }))`
    const result = await reportOn(text)
    assert.deepEqual(countsOf(result), { passed: 0, failed: 1 })
    assert.match(result.output, /failed: b[\s\S]*broken/)
  })

  test('a group that cannot be set up and an error after the end of its test are failures', async () => {
    assert.equal(countsOf(await reportOn(`describe('g', () => { throw new Error('broken') })`)).failed, 1)
    const late = await reportOn(`test('a', () => { setTimeout(() => { throw new Error('late') }, 20) })`)
    assert.equal(countsOf(late).failed, 1)
    assert.match(late.output, /late/)
  })

  test('an error that no test has caught is told with its stack, and fails the run', async () => {
    const stray = `void Promise.reject(new Error('stray')); await new Promise((done) => setTimeout(done, 20))`
    const result = await reportOn(`test('a', async () => { await null; ${stray} })`)
    assert.equal(result.code, 1)
    assert.match(result.output, /Error: stray\n +at .*sample\.test\.mjs/)
  })

  test('promises are not followed, which would cost more than many a test', async () => {
    const text = `import { executionAsyncId } from 'node:async_hooks'
      test('a', async () => { await null; if (executionAsyncId() !== 0) throw new Error('followed') })`
    assert.equal((await reportOn(text)).code, 0)
  })
})
