/** What has to see a planted bug: tests that are quick to see it, or seeds of the simulation until one of them fails. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Detection {
  /** How far the detector came: seeds that were run, 0 when tests were. */
  readonly seeds: number
  /** Undefined when nothing was seen. */
  readonly problem: string | undefined
}

const testMsMax = 60_000

interface SeedReport {
  readonly seed: number
  readonly problems: readonly string[]
}

export async function detectBySeeds(repository: string, seedsMax: number): Promise<Detection> {
  const file = join(repository, 'packages/broker/test/simulation/worker.ts')
  const worker = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'pipe'] })
  // A worker that dies early leaves seeds behind that nobody reads.
  worker.stdin.on('error', () => undefined)
  worker.stdin.end(Array.from({ length: seedsMax }, (_, index) => `${index + 1}\n`).join(''))
  let said = ''
  worker.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(worker, 'exit')
  let seeds = 0
  for await (const line of createInterface(worker.stdout)) {
    const { problems } = JSON.parse(line) as SeedReport
    seeds++
    const [problem] = problems
    if (problem === undefined) continue
    worker.kill()
    return { seeds, problem: firstLine(problem) }
  }
  await ended
  // An assertion in the code itself may end the whole process.
  return { seeds, problem: seeds < seedsMax ? firstLine(said.trim()) : undefined }
}

export async function detectByTests(repository: string, tests: readonly string[]): Promise<Detection> {
  // A mistake may be seen by its tests waiting for what never comes.
  const args = [
    '--test',
    '--test-isolation=none',
    '--test-reporter=tap',
    `--test-timeout=${testMsMax}`,
    ...tests
  ]
  const run = spawn(process.execPath, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [run.stdout, run.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  }
  const [code] = (await once(run, 'close')) as [number | null]
  if (code === 0) return { seeds: 0, problem: undefined }
  const failed = said.split('\n').find((line) => /^\s*not ok /.test(line) && !line.endsWith('.test.ts'))
  return { seeds: 0, problem: failed?.trim().slice(0, 160) ?? firstLine(said) }
}

function firstLine(text: string): string {
  const line = text.split('\n').find((one) => /Error|assert|in /.test(one)) ?? text.split('\n')[0] ?? ''
  return line.trim().slice(0, 160)
}
