/**
 * A few repetitions of every fault, within six minutes: what continuous integration runs. A test that the machine
 * cannot do (no root, no loop devices, no compiler) is counted as skipped, in the table and before the last line.
 *
 *     npm run test:crash
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { EXIT_SKIPPED } from './harness/campaign.ts'

const TESTS: readonly (readonly string[])[] = [
  ['kill.ts', '--cycles', '30'],
  ['transactions.ts', '--cycles', '10', '--carrier', 'franz-go'],
  ['power-cut.ts', 'ext4', '--cycles', '10'],
  ['power-cut.ts', 'xfs', '--cycles', '10'],
  ['failing-calls.ts', '--cycles', '12'],
  ['disk-full.ts', '--cycles', '3'],
  ['clock-jump.ts', '--cycles', '5'],
  ['pause.ts', '--cycles', '1', '--longest', '5']
]
/** Nothing is started after this time: a slow machine runs fewer tests and says so. */
const BUDGET_MS = 300_000

async function runTest([script = '', ...args]: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args, '--forget'], {
    stdio: 'inherit'
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

const begun = performance.now()
const counts = { passed: 0, failed: 0, skipped: 0 }
const table: string[] = []
for (const test of TESTS) {
  const started = performance.now()
  const isLate = started - begun > BUDGET_MS
  const code = isLate ? EXIT_SKIPPED : await runTest(test)
  const verdict = code === 0 ? 'passed' : code === EXIT_SKIPPED ? 'skipped' : 'failed'
  counts[verdict]++
  const seconds = Math.round((performance.now() - started) / 1000)
  table.push(
    `${verdict.padEnd(8)}${String(seconds).padStart(4)} s  ${test.join(' ')}${isLate ? ' (no time left)' : ''}`
  )
}
console.log(table.join('\n'))
if (counts.skipped > 0)
  console.log(`SKIPPED ${counts.skipped} of ${TESTS.length} tests: this machine says nothing about them`)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1
