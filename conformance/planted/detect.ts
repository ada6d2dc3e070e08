/** What has to see a planted bug: seeds of the simulation, one after another, until one of them fails. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Detection {
  readonly seeds: number
  /** Undefined when every seed passed. */
  readonly problem: string | undefined
}

interface SeedReport {
  readonly seed: number
  readonly problems: readonly string[]
}

export async function detect(repository: string, seedsMax: number): Promise<Detection> {
  const file = join(repository, 'packages/broker/test/simulation/worker.ts')
  const worker = spawn(process.execPath, [file, '1', String(seedsMax + 1), '1'], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
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

function firstLine(text: string): string {
  const line = text.split('\n').find((one) => /Error|assert|in /.test(one)) ?? text.split('\n')[0] ?? ''
  return line.trim().slice(0, 160)
}
