// A package can be published when its manifest says what it is, what it needs and what it lets others import.
import type { Finding } from '../source/findings.ts'
import { readManifest, unitsOf, type Manifest, type Unit } from '../source/units.ts'
import type { SourceTree } from '../source/tree.ts'
import type { TreeRule } from './rule.ts'

const nodeVersions = '>=22.22'

type Fault = readonly [isWrong: boolean, message: string]

export const manifests: TreeRule = (tree) =>
  [...unitsOf(tree).values()].flatMap((unit) => {
    const faults = unit.packageName === undefined ? privateFaults(unit.manifest) : packageFaults(tree, unit)
    return findingsOf(`${unit.folder}/package.json`, faults)
  })

export const packageVersions: TreeRule = (tree) => {
  const paths = tree.files.filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
  const versions = new Set(paths.map((path) => readManifest(tree, path).version))
  if (versions.size <= 1) return []
  const message = `packages are released together; one version, not ${[...versions].join(' and ')}`
  return [{ file: 'packages', line: 1, message }]
}

function findingsOf(file: string, faults: readonly Fault[]): Finding[] {
  return faults.flatMap(([isWrong, message]) => (isWrong ? [{ file, line: 1, message }] : []))
}

function privateFaults(manifest: Manifest): readonly Fault[] {
  return [
    [manifest.private !== true, 'not a package of its own, so "private": true'],
    [manifest.license !== 'Apache-2.0', '"license" is Apache-2.0'],
    [manifest.type !== 'module', '"type" is module']
  ]
}

function packageFaults(tree: SourceTree, unit: Unit): readonly Fault[] {
  const { manifest, folder, packageName } = unit
  return [
    [manifest.name !== `@naru/${packageName}`, `"name" is @naru/${packageName}, as its folder`],
    [manifest.version === undefined, '"version" is missing'],
    [(manifest.description ?? '').length < 10, '"description" says in one line what it is'],
    [manifest.license !== 'Apache-2.0', '"license" is Apache-2.0'],
    [manifest.type !== 'module', '"type" is module'],
    [manifest.engines?.['node'] !== nodeVersions, `"engines" says node ${nodeVersions}`],
    [!(manifest.files ?? []).includes('dist'), '"files" names dist, which the release builds and packs'],
    [
      exportTargets(manifest).length === 0 && manifest.bin === undefined,
      '"exports" names what others may import, or "bin" the command'
    ],
    ...exportTargets(manifest).map((target): Fault => {
      const isMissing =
        !target.includes('*') && !tree.files.includes(`${folder}/${target.slice('./'.length)}`)
      return [isMissing, `exports ${target}, which does not exist`]
    }),
    [
      !tree.files.includes(`${folder}/README.md`),
      'README.md is missing; npm shows it as the page of the package'
    ]
  ]
}

function exportTargets(manifest: Manifest): readonly string[] {
  const values =
    typeof manifest.exports === 'string' ? [manifest.exports] : Object.values(manifest.exports ?? {})
  return values.filter((value) => typeof value === 'string')
}
