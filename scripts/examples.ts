// Starts every example. An example is a folder of `examples/` whose manifest has a script `smoke`, which tells its
// story once, on ports and in folders of its own, asserts how it ends, and exits with 0.
import { addCounts, countsOf, formatCounts, inParallel, run, type Counts } from './run.ts'
import { openTree } from './source/tree.ts'
import { unitsOf, type Unit } from './source/units.ts'

const exampleSecondsMax = 20

async function start(example: Unit): Promise<Counts> {
  if (example.manifest.scripts?.['smoke'] === undefined) {
    console.log(`FAILED ${example.folder}: package.json has no script "smoke"`)
    return { passed: 0, failed: 1 }
  }
  const result = await run(['node', '--run', 'smoke'], { cwd: example.folder, secondsMax: exampleSecondsMax })
  console.log(`${result.code === 0 ? 'ok    ' : 'FAILED'} ${example.folder} (${result.seconds.toFixed(1)} s)`)
  if (result.code !== 0) console.log(result.output)
  return countsOf({ code: result.code, output: '' })
}

const examples = [...unitsOf(openTree()).values()].filter((unit) => unit.folder.startsWith('examples/'))
const counts = addCounts(await inParallel(examples, start))
console.log(formatCounts(counts))
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1
