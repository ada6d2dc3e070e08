/** Runs numbered cases and writes a line of JSON per block of them, so that a run that was stopped goes on. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'

const casesPerLine = 500
const shownMax = 10
const progressMs = 10_000

/** How often each verdict was given. */
export type Tally = Record<string, number>

export interface Case {
  /** The verdict, counted under this name. */
  readonly verdict: string
  /** Set when this must not happen. */
  readonly failure?: string
}

interface Line {
  readonly test: string
  readonly from: number
  readonly to: number
  readonly tally: Tally
  readonly failures: readonly string[]
  readonly seconds: number
}

export interface Evidence {
  readonly test: string
  readonly cases: number
  readonly result: string
  readonly run: (number: number) => Promise<Case>
}

/** Resolves to the exit code: 0 when every case ended as it has to. */
export async function gather({ test, cases, result, run }: Evidence): Promise<number> {
  const lines = readLines(result).filter((line) => line.test === test)
  let at = Math.max(0, ...lines.map(({ to }) => to))
  let toldAt = performance.now()
  while (at < cases) {
    const to = Math.min(cases, at + casesPerLine)
    const started = performance.now()
    const tally: Tally = {}
    const failures: string[] = []
    for (let number = at; number < to; number++) {
      const { verdict, failure } = await run(number)
      tally[verdict] = (tally[verdict] ?? 0) + 1
      if (failure !== undefined) failures.push(`case ${number}: ${failure}`)
      if (performance.now() - toldAt < progressMs) continue
      toldAt = performance.now()
      console.error(`${test}: ${number + 1} of ${cases}`)
    }
    const line: Line = { test, from: at, to, tally, failures, seconds: (performance.now() - started) / 1000 }
    lines.push(line)
    write(result, line)
    at = to
  }
  return sum(test, lines)
}

function sum(test: string, lines: readonly Line[]): number {
  const tally: Tally = {}
  for (const line of lines) {
    for (const [verdict, count] of Object.entries(line.tally)) tally[verdict] = (tally[verdict] ?? 0) + count
  }
  const failures = lines.flatMap((line) => line.failures)
  const seconds = lines.reduce((total, line) => total + line.seconds, 0)
  const cases = lines.reduce((total, { from, to }) => total + to - from, 0)
  console.log(`${test}: ${cases} cases in ${seconds.toFixed(1)} s: ${JSON.stringify(tally)}`)
  for (const failure of failures.slice(0, shownMax)) console.log(`  ${failure}`)
  console.log(`${cases - failures.length} passed, ${failures.length} failed`)
  return failures.length === 0 ? 0 : 1
}

function readLines(path: string): Line[] {
  if (!existsSync(path)) return []
  // The last line is incomplete when the run was killed.
  const whole = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
  return whole.map((line) => JSON.parse(line) as Line)
}

function write(path: string, line: Line): void {
  mkdirSync(dirname(path), { recursive: true })
  const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8'
  })
  const about = {
    date: new Date().toISOString(),
    commit: commit.trim(),
    node: process.version,
    cpu: cpus()[0]?.model
  }
  appendFileSync(path, `\n${JSON.stringify({ ...about, ...line })}`)
}
