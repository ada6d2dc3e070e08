/**
 * Spreads seeds over processes that live as long as the run: each gets its next seed when it has told one line of JSON
 * about the last. A process needs some 25 seeds until its code is as fast as it gets.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { SeedResult } from './simulation.ts'

export interface SeedReport {
  readonly seed: number
  /** Anomalies, or the error that ended the run. */
  readonly problems: readonly string[]
  readonly result: Omit<SeedResult, 'history' | 'anomalies'> | undefined
}

export interface SeedRange {
  readonly from: number
  readonly seeds: number
}

/**
 * A seed leaves tens of megabytes of short-lived buffers behind, which the collector need not look for all the time.
 * Traces of errors cost a twelfth of the time, and whoever repeats a failed seed gets them.
 */
const nodeOptions = [
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
  '--initial-old-space-size=400',
  '--stack-trace-limit=0'
]

export class SeedWorkers implements Disposable {
  readonly #workers: readonly Worker[]

  constructor(count: number) {
    this.#workers = Array.from({ length: count }, () => new Worker())
  }

  /** Runs every seed of a range once. */
  async run({ from, seeds }: SeedRange, take: (report: SeedReport) => void): Promise<void> {
    let next = from
    const work = async (worker: Worker): Promise<void> => {
      while (next < from + seeds) take(await worker.run(next++))
    }
    await Promise.all(this.#workers.map(work))
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.end()
  }
}

/** A process; when it dies of a seed, the next seed gets a new one. */
class Worker {
  #process: ChildProcessByStdio<Writable, Readable, null> | undefined
  #lines: AsyncIterator<string> | undefined

  async run(seed: number): Promise<SeedReport> {
    this.#process ??= this.#start()
    this.#process.stdin.write(`${seed}\n`)
    const line = await this.#lines?.next()
    if (line?.done === false) return JSON.parse(line.value) as SeedReport
    this.#process = undefined
    return { seed, problems: ['the process that ran it died'], result: undefined }
  }

  end(): void {
    this.#process?.stdin.end()
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const file = fileURLToPath(new URL('worker.ts', import.meta.url))
    const worker = spawn(process.execPath, [...nodeOptions, file], { stdio: ['pipe', 'pipe', 'inherit'] })
    // A process that has died is noticed where its line is awaited.
    worker.stdin.on('error', () => undefined)
    this.#lines = createInterface(worker.stdout)[Symbol.asyncIterator]()
    return worker
  }
}
