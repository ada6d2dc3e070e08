// Runs commands for the other scripts: output kept, time taken, at most a given number at once. The node
// that runs the script and the tools of node_modules come first on the path of what it starts.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { repositoryRoot } from './source/tree.ts'

/** Where node keeps what it has compiled, types stripped; each file is found again by its text. */
const compileCache = join(repositoryRoot, 'node_modules', '.cache', 'compiled')

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The command is killed, with what it started, when it takes longer. */
  readonly secondsMax?: number
}

export interface RunResult {
  readonly code: number
  readonly seconds: number
  /** What it wrote to stdout and stderr, in order of arrival. */
  readonly output: string
}

export interface Counts {
  readonly passed: number
  readonly failed: number
}

const secondsMaxDefault = 300

/** The part of a command's output that is kept: enough for any report, little enough for memory. */
const outputBytesMax = 4 * 1024 * 1024

export const toolPath: string = [
  dirname(process.execPath),
  join(repositoryRoot, 'node_modules', '.bin'),
  process.env['PATH'] ?? ''
].join(delimiter)

export async function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = command
  const secondsMax = options.secondsMax ?? secondsMaxDefault
  const started = performance.now()
  // A group of its own, so that killing it takes along what it started.
  const child = spawn(program, args, {
    cwd: options.cwd ?? repositoryRoot,
    env: { ...process.env, PATH: toolPath, NODE_COMPILE_CACHE: compileCache, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true
  })
  let output = ''
  const keep = (chunk: string): void => {
    if (output.length < outputBytesMax) output += chunk
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const timer = setTimeout(() => {
    keep(`\nkilled: took longer than ${secondsMax} s\n`)
    killGroup(child.pid)
  }, secondsMax * 1000)
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      keep(`${program}: ${error.message}\n`)
      resolve(127)
    })
    child.once('close', (status) => resolve(status ?? 1))
  })
  clearTimeout(timer)
  return { code, output, seconds: (performance.now() - started) / 1000 }
}

/** Runs the tasks, a few at once, and gives the results in the order of the tasks. */
export async function inParallel<Task, Result>(
  tasks: readonly Task[],
  work: (task: Task) => Promise<Result>,
  atOnceMax: number = availableParallelism()
): Promise<readonly Result[]> {
  const results: Result[] = []
  const waiting = tasks.entries()
  const worker = async (): Promise<void> => {
    for (const [index, task] of waiting) results[index] = await work(task)
  }
  await Promise.all(Array.from({ length: atOnceMax }, worker))
  return results
}

export function formatCounts(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed`
}

/** The counts in the last line of an output, when it has that form. */
export function readCounts(output: string): Counts | undefined {
  const last = /(?:^|\n)(\d+) passed, (\d+) failed\s*$/.exec(output)
  return last === null ? undefined : { passed: Number(last[1]), failed: Number(last[2]) }
}

/** A command counts what it says it counted; one that says nothing counts as one, and a failed one as a failure. */
export function countsOf(result: Pick<RunResult, 'code' | 'output'>): Counts {
  const counts = readCounts(result.output) ?? { passed: result.code === 0 ? 1 : 0, failed: 0 }
  return result.code === 0 ? counts : { passed: counts.passed, failed: Math.max(1, counts.failed) }
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (pick: (counts: Counts) => number): number => all.reduce((total, one) => total + pick(one), 0)
  return { passed: sum((one) => one.passed), failed: sum((one) => one.failed) }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself between the timer and the kill.
  }
}
