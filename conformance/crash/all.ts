/**
 * Every long run in turn, some minutes each, again and again until all have their full count: whoever looks at the
 * result files meanwhile finds a part of everything. Goes on where an earlier call ended.
 *
 *     npm run evidence -- --slice 10
 *     npm run evidence -- --slice 5 --minutes 90
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT_SKIPPED } from './harness/campaign.ts'
import { PLAN, type PlannedTest } from './harness/plan.ts'
import { readRows } from './harness/results.ts'

const { values } = parseArgs({
  options: {
    /** Minutes for one test before it is the next one's turn. */
    slice: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '100000' },
    /** Result files that are left for another time, such as those that measure, while a machine is busy. */
    skip: { type: 'string', multiple: true, default: [] }
  }
})

const failed = new Set<string>()
const skipped = new Set<string>(values.skip)

/** What has to be run, the least advanced first. */
async function openTests(): Promise<readonly PlannedTest[]> {
  const shares = new Map<PlannedTest, number>()
  for (const test of PLAN) {
    const rows = await readRows(test.name)
    shares.set(test, rows.reduce((sum, row) => sum + row.repetitions, 0) / test.repetitions)
  }
  const share = (test: PlannedTest): number => shares.get(test) ?? 0
  return PLAN.filter((test) => !skipped.has(test.name) && share(test) < 1).toSorted(
    (a, b) => share(a) - share(b)
  )
}

async function runSlice({ name, script, args, repetitions }: PlannedTest): Promise<void> {
  const options = ['--cycles', String(repetitions), '--minutes', values.slice]
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args, ...options], {
    stdio: 'inherit'
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code === EXIT_SKIPPED) skipped.add(name)
  else if (code !== 0) failed.add(name)
}

const endAt = performance.now() + Number(values.minutes) * 60_000
for (let open = await openTests(); open.length > 0 && performance.now() < endAt; open = await openTests()) {
  for (const test of open) if (performance.now() < endAt) await runSlice(test)
}
console.log(
  `${PLAN.length - failed.size - skipped.size} without findings, ${failed.size} with, ${skipped.size} skipped`
)
for (const name of failed) console.log(`findings: ${name}`)
for (const name of skipped) console.log(`skipped: ${name}`)
process.exitCode = failed.size === 0 ? 0 : 1
