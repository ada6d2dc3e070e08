// Keeps the arrows between packages pointing down. This file holds the table of ranks; a package imports
// packages of lower rank only, as declared dependencies, through their public names. Run it alone with
// `node scripts/arrows.ts`; it is a step of `npm run check`.
import { posix } from 'node:path'
import { findCycles } from './source/cycles.ts'
import { printFindings, type Finding } from './source/findings.ts'
import { isScript, parseTree, type ImportedModule, type SourceFile } from './source/syntax.ts'
import { openTree, type SourceTree } from './source/tree.ts'
import { exportNames, isTestFile, scope, unitFolder, unitsOf, type Unit } from './source/units.ts'

export const ranks: Readonly<Record<string, number>> = {
  base: 0,
  protocol: 1,
  simulator: 1,
  containers: 1,
  storage: 2,
  client: 2,
  compose: 2,
  dev: 2,
  cluster: 3,
  broker: 3,
  streams: 3,
  service: 3,
  testing: 4,
  gateway: 4,
  console: 5,
  cli: 6
}

/** Arrows that the ranks would allow and that the design forbids, with the reason. */
const forbidden: ReadonlyArray<{ from: readonly string[]; to: readonly string[]; why: string }> = [
  {
    from: ['streams', 'service', 'gateway', 'console'],
    to: ['broker', 'storage'],
    why: 'it has to run on any Kafka; use @naru/client'
  },
  {
    from: ['broker'],
    to: ['cluster'],
    why: 'engines arrive through the ports of storage; only cli joins them'
  }
]

/** Workspaces whose whole purpose is testing, so that the simulator is welcome in every file of theirs. */
const testWorkspaces: readonly string[] = ['conformance', 'bench', 'fuzz']

type Units = ReadonlyMap<string, Unit>

export function checkArrows(tree: SourceTree): readonly Finding[] {
  const units = unitsOf(tree)
  const paths = tree.files.filter((path) => isScript(path) && isOurs(path))
  const { sources, findings } = parseTree(tree, paths)
  return [
    ...findings,
    ...[...units.values()].flatMap((unit) => checkManifest(tree, unit)),
    ...sources.flatMap((source) =>
      source.imports.flatMap((imported) => checkImport(units, source, imported))
    ),
    ...fileCycles(sources)
  ]
}

const isOurs = (path: string): boolean => /^(packages|conformance|bench|fuzz|examples|scripts)\//.test(path)

function checkManifest(tree: SourceTree, unit: Unit): Finding[] {
  const file = `${unit.folder}/package.json`
  if (unit.packageName === undefined) return []
  if (ranks[unit.packageName] === undefined) {
    return [{ file, line: 1, message: `${unit.packageName} has no rank; give it one in scripts/arrows.ts` }]
  }
  const lines = tree.read(file).split('\n')
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = unit.manifest
  const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies, ...devDependencies }
  return Object.keys(declared).flatMap((name) => {
    const why = name.startsWith(scope) ? arrowFault(unit.packageName ?? '', packageNameOf(name)) : undefined
    if (why === undefined) return []
    const line = lines.findIndex((text) => text.includes(`"${name}"`)) + 1
    return [{ file, line, message: `must not depend on ${name}: ${why}` }]
  })
}

function checkImport(units: Units, source: SourceFile, imported: ImportedModule): Finding[] {
  const { specifier, line } = imported
  const message = specifier.startsWith('.')
    ? relativeFault(source.path, specifier)
    : specifier.startsWith(scope)
      ? packageFault(units, source.path, specifier)
      : undefined
  return message === undefined
    ? []
    : [{ file: source.path, line, message: `import of ${specifier}: ${message}` }]
}

function relativeFault(path: string, specifier: string): string | undefined {
  const own = unitFolder(path)
  const target = posix.join(posix.dirname(path), specifier)
  // The scripts work on the repository as a whole: the generator, for one, reads schemas that no package exports.
  if (own === 'scripts' || unitFolder(target) === own) return undefined
  return `leaves ${own}; import the other package by its public name`
}

function packageFault(units: Units, path: string, specifier: string): string | undefined {
  const own = units.get(unitFolder(path))
  const name = packageNameOf(specifier)
  const target = units.get(`packages/${name}`)
  if (target === undefined) return `there is no package ${scope}${name}`
  const subpath = `.${specifier.slice(scope.length + name.length)}`
  const known = exportNames(target.manifest)
  if (!known.some((pattern) => matchesExport(pattern, subpath))) {
    return `not a public name; ${scope}${name} exports ${known.join(', ')}`
  }
  if (own === undefined || unitFolder(path) === 'scripts') return undefined
  if (own.packageName === name) return ownNameFault(path, own.folder)
  return (
    (own.packageName === undefined ? undefined : arrowFault(own.packageName, name)) ??
    (name === 'simulator' && !mayUseSimulator(path) ? 'the simulator is for tests only' : undefined) ??
    declarationFault(own, path, `${scope}${name}`)
  )
}

/** Tests and the command's entry point may use their package as a stranger would. */
function ownNameFault(path: string, folder: string): string | undefined {
  const isAllowed = isTestFile(path) || path.startsWith(`${folder}/bin/`)
  return isAllowed ? undefined : 'inside its own package a file is imported by its relative path'
}

function mayUseSimulator(path: string): boolean {
  return isTestFile(path) || testWorkspaces.includes(unitFolder(path))
}

function arrowFault(from: string, to: string): string | undefined {
  const fromRank = ranks[from]
  const toRank = ranks[to]
  if (fromRank === undefined || toRank === undefined) return `no rank is known for ${from} -> ${to}`
  if (toRank >= fromRank) return `${to} has rank ${toRank}, ${from} has rank ${fromRank}; arrows point down`
  return forbidden.find((rule) => rule.from.includes(from) && rule.to.includes(to))?.why
}

function declarationFault(own: Unit, path: string, name: string): string | undefined {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = own.manifest
  const shipped = { ...dependencies, ...peerDependencies, ...optionalDependencies }
  const needsShipping = own.packageName !== undefined && !isTestFile(path)
  if (name in shipped || (!needsShipping && name in { ...devDependencies })) return undefined
  const place = needsShipping ? 'dependencies' : 'dependencies or devDependencies'
  return `not declared; add it to the ${place} of ${own.folder}/package.json`
}

function packageNameOf(specifier: string): string {
  return specifier.slice(scope.length).split('/')[0] ?? ''
}

function matchesExport(pattern: string, subpath: string): boolean {
  const [head = '', tail] = pattern.split('*')
  return tail === undefined ? pattern === subpath : subpath.startsWith(head) && subpath.endsWith(tail)
}

/**
 * Cycles of files that need each other at load time. Imports of types are erased, and `import()` runs later,
 * so neither can leave a file half loaded.
 */
function fileCycles(sources: readonly SourceFile[]): Finding[] {
  const edges = new Map(
    sources.map((source) => {
      const folder = posix.dirname(source.path)
      const loaded = source.imports.filter(
        (one) => !one.isType && !one.isDynamic && one.specifier.startsWith('.')
      )
      return [source.path, loaded.map((one) => posix.join(folder, one.specifier))]
    })
  )
  return findCycles(edges).map((cycle) => ({
    file: cycle[0] ?? '',
    line: 1,
    message: `files import each other: ${[...cycle, cycle[0]].join(' -> ')}; move what both need into a third file`
  }))
}

if (import.meta.main) {
  const tree = openTree()
  process.exitCode = printFindings('arrows', checkArrows(tree), tree.files.length)
}
