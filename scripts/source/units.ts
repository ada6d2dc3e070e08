// The units of the repository: its packages, the private workspaces beside them, and the scripts. A unit is
// the largest thing inside which files may import each other by relative paths.
import type { SourceTree } from './tree.ts'

export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly private?: boolean
  readonly exports?: string | Readonly<Record<string, unknown>>
  readonly bin?: string | Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Unit {
  /** `packages/base`, `conformance`, `examples/bank-transfer`. */
  readonly folder: string
  /** `base` for `@naru/base`; undefined for everything that is not a package. */
  readonly packageName: string | undefined
  readonly manifest: Manifest
}

export const scope = '@naru/'

export function unitsOf(tree: SourceTree): ReadonlyMap<string, Unit> {
  const units = new Map<string, Unit>()
  for (const path of tree.files) {
    const folder = path.endsWith('/package.json') ? path.slice(0, -'/package.json'.length) : undefined
    if (folder === undefined || folder !== unitFolder(path)) continue
    const manifest = readManifest(tree, path)
    const packageName = folder.startsWith('packages/') ? folder.slice('packages/'.length) : undefined
    units.set(folder, { folder, packageName, manifest })
  }
  return units
}

export function unitFolder(path: string): string {
  const [first = '', second] = path.split('/')
  const isFamily = first === 'packages' || first === 'examples'
  return isFamily && second !== undefined ? `${first}/${second}` : first
}

export function isTestFile(path: string): boolean {
  return /\.test\.[a-z]+$/.test(path) || /\/(test|simulation)\//.test(path)
}

export function readManifest(tree: SourceTree, path: string): Manifest {
  const parsed: unknown = JSON.parse(tree.read(path))
  return parsed as Manifest
}

export function exportNames(manifest: Manifest): readonly string[] {
  if (typeof manifest.exports === 'string') return ['.']
  return Object.keys(manifest.exports ?? {})
}
