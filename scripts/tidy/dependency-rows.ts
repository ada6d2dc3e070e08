// Every dependency has its row in docs/dependencies.md, with the version that package.json asks for: whoever adds
// or renews one says there what it is for, under which licence, and what we would write instead.
import { readManifest, scope } from '../source/units.ts'
import type { TreeRule } from './rule.ts'

const page = 'docs/dependencies.md'

/** The packages, and the private workspaces that use each other. */
const isOurs = (name: string): boolean => name.startsWith(scope) || name.startsWith('naru-')

export const dependencyRows: TreeRule = (tree) => {
  if (!tree.files.includes(page)) return []
  const rows = tree.read(page).split('\n')
  const hasRow = (name: string, version: string): boolean =>
    rows.some((row) => row.startsWith(`| \`${name}\` `) && row.includes(`| ${version} `))
  const manifests = tree.files.filter((path) =>
    /^([^/]+\/|(packages|examples)\/[^/]+\/)?package\.json$/.test(path)
  )
  return manifests.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = readManifest(tree, file)
    const declared = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    return declared
      .filter(([name, version]) => !isOurs(name) && !hasRow(name, version))
      .map(([name, version]) => ({ file, line: 1, message: `${page} has no row for ${name} ${version}` }))
  })
}
