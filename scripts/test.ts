// `npm test`: the unit, golden and integration tests of every package and of the scripts. One process runs the unit
// tests of a package and one the rest, which costs a tenth of a process per file and keeps two cores busy.
// `node scripts/test.ts storage broker` runs these two packages, `packages/storage/test` one half of one.
import { run, addCounts, countsOf, formatCounts, inParallel, type Counts } from './run.ts'
import { openTree, type SourceTree } from './source/tree.ts'

/** A process that does not end is killed. */
const processSecondsMax = 180

/** The test files by what one process runs: `packages/storage/src`, `packages/storage/test`, `scripts`. */
function testFiles(tree: SourceTree): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const path of tree.files) {
    const group = /^(packages\/[^/]+\/(?:src|test)|scripts)\/.*\.test\.ts$/.exec(path)?.[1]
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), path])
  }
  return groups
}

export function testCommand(files: readonly string[]): readonly string[] {
  return ['node', 'scripts/test-process.ts', ...files]
}

async function testGroup(group: string, files: readonly string[]): Promise<Counts> {
  const result = await run(testCommand(files), { secondsMax: processSecondsMax })
  const counts = countsOf(result)
  const time = `${result.seconds.toFixed(1)} s`.padStart(8)
  const name = group.replace(/^packages\//, '').padEnd(16)
  if (counts.failed === 0 && counts.passed > 0) {
    console.log(`ok     ${name} ${time}  ${counts.passed} tests`)
    return counts
  }
  const reason = counts.failed === 0 ? 'no test ran' : formatCounts(counts)
  console.log(`FAILED ${name} ${time}  ${reason}\n${result.output}`)
  console.log(`again: node scripts/test.ts ${group}\n`)
  return { passed: counts.passed, failed: Math.max(1, counts.failed) }
}

async function main(names: readonly string[]): Promise<number> {
  const tree = openTree()
  const bytesOf = (files: readonly string[]): number => files.reduce((sum, path) => sum + tree.bytes(path), 0)
  const isAsked = (group: string): boolean =>
    names.length === 0 || names.some((name) => group === name || group.startsWith(`packages/${name}/`))
  const chosen = [...testFiles(tree)].filter(([group]) => isAsked(group))
  // What has most to test takes longest, as a rule, and is better begun first.
  chosen.sort(([, left], [, right]) => bytesOf(right) - bytesOf(left))
  const results = await inParallel(chosen, ([group, files]) => testGroup(group, files))
  const counts = addCounts(results)
  if (results.length === 0)
    console.log(`no test files${names.length === 0 ? '' : ` for ${names.join(', ')}`}`)
  console.log(formatCounts(counts))
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
