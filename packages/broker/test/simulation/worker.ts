/** One process of many: runs the seeds whose numbers it reads, and prints a line of JSON for each. */
import { createInterface } from 'node:readline'
import { runSeed } from './simulation.ts'
import type { SeedReport } from './workers.ts'

async function report(seed: number): Promise<SeedReport> {
  try {
    const { history: _history, anomalies, ...result } = await runSeed({ seed })
    const problems = anomalies.map(({ name, where, detail }) => `${name} in ${where}: ${detail}`)
    return { seed, problems, result }
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { seed, problems: [problem], result: undefined }
  }
}

for await (const line of createInterface(process.stdin))
  console.log(JSON.stringify(await report(Number(line))))
