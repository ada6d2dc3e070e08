/** Spreads seeds over processes, and hears from each of them one line of JSON per seed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
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
  readonly workers: number
}

export async function runWorkers(range: SeedRange, take: (report: SeedReport) => void): Promise<void> {
  const workers = Array.from({ length: range.workers }, (_, index) => runWorker(range, index, take))
  await Promise.all(workers)
}

async function runWorker(
  { from, seeds, workers }: SeedRange,
  index: number,
  take: (report: SeedReport) => void
): Promise<void> {
  const file = fileURLToPath(new URL('worker.ts', import.meta.url))
  const seedsOfWorker = [from + index, from + seeds, workers].map(String)
  const worker = spawn(process.execPath, [file, ...seedsOfWorker], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(worker, 'exit')
  for await (const line of createInterface(worker.stdout)) take(JSON.parse(line) as SeedReport)
  await ended
}
