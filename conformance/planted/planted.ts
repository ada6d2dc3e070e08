/**
 * Plants one realistic mistake after another into a copy of the repository, and demands that the simulation sees
 * it: that is what makes "nothing lost" mean something.
 *
 *     node conformance/planted/planted.ts                  all of patches/
 *     node conformance/planted/planted.ts --only carried   those whose name contains this
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { detect } from './detect.ts'
import { Worktree } from './worktree.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    /** How many seeds a mistake may survive. */
    seeds: { type: 'string', default: '300' }
  }
})

const folder = join(import.meta.dirname, 'patches')
const patches = (await readdir(folder)).filter((name) => name.includes(values.only)).toSorted()
await using worktree = await Worktree.create()
let missed = 0
const control = await detect(worktree.path, Number(values.seeds))
if (control.problem !== undefined) {
  throw new Error(`seed ${control.seeds} fails without any mistake, which proves nothing: ${control.problem}`)
}
console.log(`passed  ${'nothing planted'.padEnd(34)} ${String(control.seeds).padStart(4)} seeds`)
for (const patch of patches) {
  const started = performance.now()
  await worktree.apply(join(folder, patch))
  const { seeds, problem } = await detect(worktree.path, Number(values.seeds))
  await worktree.restore()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (problem === undefined) missed++
  const verdict = problem === undefined ? 'MISSED' : 'seen'
  const name = patch.replace('.patch', '').padEnd(34)
  console.log(
    `${verdict.padEnd(7)} ${name} ${String(seeds).padStart(4)} seeds ${seconds.padStart(6)} s  ${problem ?? ''}`
  )
}
console.log(`${patches.length - missed} passed, ${missed} failed`)
process.exitCode = missed === 0 && patches.length > 0 ? 0 : 1
