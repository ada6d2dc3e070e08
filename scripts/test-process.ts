// Runs test files in this one process: `node scripts/test-process.ts FILE...`, as `node --test --test-isolation=none`
// does, without following every promise. The runner of node:test asks async_hooks to tell it of each promise that is
// made and collected, only to know which test an error belongs to that no test has caught. In tests that await as much
// as ours that takes two fifths of the processor's time. Such an error still fails the run, and its stack is told here.
import asyncHooks, { type HookCallbacks } from 'node:async_hooks'
import report from './test-report.ts'

/** A test that hangs fails by its name after this. */
const testSecondsMax = 60

const { createHook } = asyncHooks
/** Node's types do not know `trackPromises` yet. */
const withoutPromises: HookCallbacks & { readonly trackPromises: false } = { trackPromises: false }
asyncHooks.createHook = (callbacks) => createHook({ ...callbacks, ...withoutPromises })

// Loaded here, because it takes `createHook` as it finds it.
const { run } = await import('node:test')
asyncHooks.createHook = createHook
const events = run({
  files: process.argv.slice(2),
  isolation: 'none',
  timeout: testSecondsMax * 1000
})
events.on('test:fail', () => (process.exitCode = 1))
process.on('unhandledRejection', (error) => console.error(error))
for await (const text of report(events)) process.stdout.write(text)
