/** One process of many: runs every so many-th seed of a range and prints a line of JSON for each. */
import { runSeed } from './simulation.ts'
import type { SeedReport } from './workers.ts'

const [first = 1, end = 2, step = 1] = process.argv.slice(2).map(Number)

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

for (let seed = first; seed < end; seed += step) console.log(JSON.stringify(await report(seed)))
