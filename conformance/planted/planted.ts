/**
 * Plants one realistic mistake after another into a copy of the repository, and demands that it is seen: that is what
 * makes "nothing lost" mean something.
 *
 *     node conformance/planted/planted.ts                  all of mistakes.ts
 *     node conformance/planted/planted.ts --only carried   those whose name contains this
 *     node conformance/planted/planted.ts --fit            only asks whether all of them still fit the code
 *     node conformance/planted/planted.ts --result FILE    a line per mistake; what was seen at this commit is passed over
 *     node conformance/planted/planted.ts --minutes 4      begins no further mistake after that long
 */
import { parseArgs } from 'node:util'
import { repositoryRoot } from '../cache.ts'
import { run } from '../process.ts'
import { detectBySeeds, detectByTests } from './detect.ts'
import type { Mistake } from './mistake.ts'
import { mistakes } from './mistakes.ts'
import { SeenFile } from './seen-file.ts'
import { Worktree } from './worktree.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    fit: { type: 'boolean', default: false },
    result: { type: 'string' },
    minutes: { type: 'string', default: '100000' },
    /** How many seeds a mistake may survive. */
    seeds: { type: 'string', default: '300' }
  }
})

const seedsMax = Number(values.seeds)
const commit = (await run('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: repositoryRoot })).stdout.trim()
const file = values.result === undefined ? undefined : new SeenFile(values.result, commit)
const wanted = mistakes.filter(({ name }) => name.includes(values.only))
const chosen = wanted.filter(({ name }) => file?.has(name) !== true)
const CONTROL = 'nothing planted'
const endAt = performance.now() + Number(values.minutes) * 60_000
let judged = 0
let failed = 0

function tell(verdict: string, name: string, rest: string): void {
  console.log(`${verdict.padEnd(7)} ${name.padEnd(34)} ${rest}`)
}

async function control(worktree: Worktree): Promise<void> {
  const tests = [...new Set(chosen.flatMap((mistake) => mistake.tests ?? []))]
  const seen = tests.length === 0 ? undefined : (await detectByTests(worktree.path, tests)).problem
  const { seeds, problem = seen } = await detectBySeeds(worktree.path, seedsMax)
  if (problem !== undefined) throw new Error(`fails without any mistake, which proves nothing: ${problem}`)
  tell('passed', CONTROL, `${seeds} seeds, ${tests.length} test files`)
  file?.add(CONTROL, `${seeds} seeds, ${tests.length} test files`)
}

async function judge(worktree: Worktree, mistake: Mistake): Promise<void> {
  const started = performance.now()
  await worktree.plant(mistake)
  const { seeds, problem } =
    mistake.tests === undefined
      ? await detectBySeeds(worktree.path, seedsMax)
      : await detectByTests(worktree.path, mistake.tests)
  if (problem === undefined) failed++
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const by = mistake.tests === undefined ? `${seeds} seeds` : 'tests'
  if (problem !== undefined) file?.add(mistake.name, `${by}: ${problem}`)
  tell(problem === undefined ? 'MISSED' : 'seen', mistake.name, `${by} ${seconds} s  ${problem ?? ''}`)
}

await using worktree = await Worktree.create()
if (!values.fit && file?.has(CONTROL) !== true) await control(worktree)
for (const mistake of chosen) {
  if (performance.now() >= endAt) break
  judged++
  try {
    if (values.fit) await worktree.plant(mistake)
    else await judge(worktree, mistake)
  } catch (error) {
    failed++
    tell('UNFIT', mistake.name, error instanceof Error ? error.message : String(error))
  }
  await worktree.restore()
}
const left = chosen.length - judged
console.log(
  `${judged - failed} passed, ${failed} failed${left === 0 ? '' : `, ${left} left for another run`}`
)
process.exitCode = failed === 0 && left === 0 && wanted.length > 0 ? 0 : 1
