// `npm test`: the unit, golden and integration tests of every package and of the scripts, one process per
// package, which costs a tenth of a process per file. `node scripts/test.ts storage broker` runs these two.
import { run, addCounts, countsOf, formatCounts, inParallel, type Counts } from './run.ts'
import { openTree, type SourceTree } from './source/tree.ts'
import { unitFolder } from './source/units.ts'

/** A test that hangs fails by its name after this; a package whose process does not end is killed. */
const testSecondsMax = 60
const packageSecondsMax = 180

export function testFilesByUnit(tree: SourceTree): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const path of tree.files) {
    if (!/^(packages\/[^/]+\/(src|test)|scripts)\/.*\.test\.ts$/.test(path)) continue
    const unit = unitFolder(path)
    groups.set(unit, [...(groups.get(unit) ?? []), path])
  }
  return groups
}

export function testCommand(files: readonly string[]): readonly string[] {
  const flags = ['--test', '--test-isolation=none', `--test-timeout=${testSecondsMax * 1000}`]
  const reporter = '--test-reporter=./scripts/test-report.ts'
  return ['node', ...flags, reporter, ...files]
}

async function testUnit(unit: string, files: readonly string[]): Promise<Counts> {
  const result = await run(testCommand(files), { secondsMax: packageSecondsMax })
  const counts = countsOf(result)
  const time = `${result.seconds.toFixed(1)} s`.padStart(8)
  if (counts.failed === 0 && counts.passed > 0) {
    console.log(`ok     ${unit.padEnd(22)} ${time}  ${counts.passed} tests`)
    return counts
  }
  const reason = counts.failed === 0 ? 'no test ran' : formatCounts(counts)
  console.log(`FAILED ${unit.padEnd(22)} ${time}  ${reason}\n${result.output}`)
  console.log(`again: node scripts/test.ts ${unit.split('/').at(-1)}\n`)
  return { passed: counts.passed, failed: Math.max(1, counts.failed) }
}

async function main(names: readonly string[]): Promise<number> {
  const tree = openTree()
  const bytesOf = (files: readonly string[]): number => files.reduce((sum, path) => sum + tree.bytes(path), 0)
  const isAsked = (unit: string): boolean =>
    names.length === 0 || names.some((name) => unit === name || unit === `packages/${name}`)
  const chosen = [...testFilesByUnit(tree)].filter(([unit]) => isAsked(unit))
  // What has most to test takes longest, as a rule, and is better begun first.
  chosen.sort(([, left], [, right]) => bytesOf(right) - bytesOf(left))
  const results = await inParallel(chosen, ([unit, files]) => testUnit(unit, files))
  const counts = addCounts(results)
  if (results.length === 0)
    console.log(`no test files${names.length === 0 ? '' : ` for ${names.join(', ')}`}`)
  console.log(formatCounts(counts))
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
