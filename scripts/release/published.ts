// What changes between a package as it stands in the repository and the same package as it is published. Node
// strips no types below node_modules, so what is published is JavaScript with declarations beside it: every
// path that names a source is turned into the path of what tsc made of it.
import { scope, type Manifest } from '../source/units.ts'
import { dottedName, nodeAt, nodesAt, parseSource, walk } from '../source/syntax.ts'

export interface PublishedTarget {
  readonly types: string
  readonly default: string
}

type PublishedManifest = Omit<Manifest, 'exports' | 'scripts' | 'devDependencies'> & {
  readonly exports?: Readonly<Record<string, PublishedTarget | string>>
}

/** `./src/node/index.ts` becomes `./dist/node/index.js` and `./dist/node/index.d.ts`. */
export function publishedTarget(source: string): PublishedTarget {
  const stem = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1]
  if (stem === undefined) throw new Error(`${source}: a package exports files of its src folder`)
  return { types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` }
}

export function publishedManifest(manifest: Manifest): PublishedManifest {
  const { exports: sources, scripts: _scripts, devDependencies: _development, ...kept } = manifest
  if (sources === undefined) return kept
  const targets = publicSources(manifest).map(([name, source]) => [name, publishedTarget(source)] as const)
  return { ...kept, exports: { ...Object.fromEntries(targets), './package.json': './package.json' } }
}

/** The names by which the published package can be imported; patterns stand for files that nobody can list here. */
export function importNames(manifest: Manifest): readonly string[] {
  const names = publicSources(manifest).map(([name]) => name)
  return names
    .filter((name) => !name.includes('*'))
    .map((name) => `${manifest.name ?? scope}${name.slice(1)}`)
}

/** What lies outside `src` (schemas, cases for tests) is exported to the workspaces of the repository only. */
function publicSources({
  exports: sources
}: Manifest): ReadonlyArray<readonly [name: string, source: string]> {
  const entries = typeof sources === 'string' ? [['.', sources] as const] : Object.entries(sources ?? {})
  return entries
    .map(([name, source]) => [name, String(source)] as const)
    .filter(([, source]) => source.startsWith('./src/'))
}

/**
 * Rewrites what tsc leaves alone: the files of workers in `new URL('./worker.ts', import.meta.url)`, and in the
 * commands of `bin`, which are plain JavaScript, the way to the sources.
 */
export function rewriteSourcePaths(path: string, text: string): string {
  const { program, imports } = parseSource(path, text)
  const replacements = new Map<string, string>()
  for (const { specifier } of imports) {
    if (specifier.startsWith('.')) replacements.set(specifier, builtPath(specifier))
  }
  walk(program, (node) => {
    if (node.type !== 'NewExpression' || dottedName(nodeAt(node, 'callee')) !== 'URL') return
    const file = nodesAt(node, 'arguments')[0]?.['value']
    if (typeof file === 'string' && file.startsWith('.')) replacements.set(file, builtPath(file))
  })
  let rewritten = text
  for (const [from, to] of replacements) {
    for (const quote of [`'`, `"`, '`'])
      rewritten = rewritten.replaceAll(quote + from + quote, quote + to + quote)
  }
  return rewritten
}

function builtPath(path: string): string {
  return path.replace(/^(\.\.?\/)src\//, '$1dist/').replace(/\.ts$/, '.js')
}
