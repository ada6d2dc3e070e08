// `npm run check`: the whole truth about a working tree, in less than a minute. Each step is a command that
// can be run alone; a step that fails prints its output and that command.
//   node scripts/check.ts --only lint --only types     some steps
//   node scripts/check.ts --fix                        format, and fix what lint can fix, before checking
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { addCounts, countsOf, formatCounts, inParallel, run, type Counts } from './run.ts'

interface Step {
  readonly name: string
  readonly command: readonly string[]
  /** Run before the check when `--fix` is given. */
  readonly fix?: readonly string[]
}

const budgetSeconds = 60

/** The longest come first, so that the last one to end is a short one. */
const steps: readonly Step[] = [
  { name: 'tests', command: ['node', 'scripts/test.ts'] },
  { name: 'types', command: ['tsc', '--noEmit', '--project', 'tsconfig.json'] },
  {
    name: 'lint',
    command: ['oxlint', '--type-aware', '--deny-warnings'],
    fix: ['oxlint', '--type-aware', '--fix']
  },
  { name: 'dead code', command: ['knip', '--no-config-hints', '--no-progress'] },
  { name: 'examples', command: ['node', 'scripts/examples.ts'] },
  { name: 'tidy', command: ['node', 'scripts/tidy.ts'] },
  { name: 'generated', command: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'arrows', command: ['node', 'scripts/arrows.ts'] },
  { name: 'lock file', command: ['node', 'scripts/lock.ts', '--check'] },
  { name: 'format', command: ['oxfmt', '--check', '.'], fix: ['oxfmt', '.'] }
]

async function runStep(step: Step): Promise<Counts> {
  const result = await run(step.command)
  const counts = countsOf(result)
  const time = `${result.seconds.toFixed(1)} s`.padStart(8)
  if (counts.failed === 0) {
    const detail = counts.passed === 1 ? '' : `  ${counts.passed} passed`
    console.log(`ok       ${step.name.padEnd(10)} ${time}${detail}`)
    return counts
  }
  console.log(`FAILED   ${step.name.padEnd(10)} ${time}\n${result.output.trimEnd()}`)
  console.log(`again:   ${step.command[0] === 'node' ? '' : 'npx '}${step.command.join(' ')}\n`)
  return counts
}

async function fixFirst(chosen: readonly Step[]): Promise<void> {
  for (const step of chosen) {
    if (step.fix === undefined) continue
    const result = await run(step.fix)
    console.log(`fixed    ${step.name.padEnd(10)} ${`${result.seconds.toFixed(1)} s`.padStart(8)}`)
  }
}

function chooseSteps(names: readonly string[]): readonly Step[] {
  const unknown = names.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) {
    const known = steps.map((step) => `'${step.name}'`).join(', ')
    throw new Error(`there is no step '${unknown}'; the steps are ${known}`)
  }
  return steps.filter((step) => names.length === 0 || names.includes(step.name))
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      fix: { type: 'boolean', default: false }
    }
  })
  const started = performance.now()
  const chosen = chooseSteps(values.only)
  if (values.fix) await fixFirst(chosen)
  const counts = addCounts(await inParallel(chosen, runStep))
  const seconds = (performance.now() - started) / 1000
  console.log(
    `check took ${seconds.toFixed(1)} s${seconds > budgetSeconds ? `, over its ${budgetSeconds} s` : ''}`
  )
  console.log(formatCounts(counts))
  return counts.failed === 0 ? 0 : 1
}

process.exitCode = await main()
