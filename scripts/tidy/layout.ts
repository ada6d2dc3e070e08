// Every file has one place where a reader looks for it, and a name in kebab case.
import { ranks } from '../arrows.ts'
import type { Finding } from '../source/findings.ts'
import { isCaptured, type TreeRule } from './rule.ts'

const rootFiles: readonly string[] = [
  'README.md',
  'README.ko.md',
  'ARCHITECTURE.md',
  'STYLE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'knip.json',
  '.oxlintrc.json',
  '.oxfmtrc.json',
  '.gitignore',
  '.gitattributes',
  '.npmrc'
]

const rootFolders: readonly string[] = ['.ci', 'docs', 'conformance', 'bench', 'fuzz', 'examples', 'scripts']

/** What a package may hold besides `src` and `test`, for the packages that need it. */
const packageExtras: Readonly<Record<string, readonly string[]>> = {
  protocol: ['schema'],
  cli: ['bin'],
  testing: ['README.ko.md'],
  service: ['README.ko.md'],
  console: ['api', 'web']
}

const packageEntries: readonly string[] = ['package.json', 'README.md', 'src', 'test']

export const filePlaces: TreeRule = (tree) =>
  tree.files.flatMap((file) => {
    const message = placeFault(file) ?? nameFault(file)
    const finding: Finding[] = message === undefined ? [] : [{ file, line: 1, message }]
    return finding
  })

function placeFault(path: string): string | undefined {
  const [first = '', second = '', third = ''] = path.split('/')
  if (!path.includes('/')) {
    return rootFiles.includes(path) ? undefined : 'not a file of the root; find its place in the layout'
  }
  if (rootFolders.includes(first)) return undefined
  if (first !== 'packages') return `there is no folder ${first} in the layout`
  if (ranks[second] === undefined) return `there is no package ${second}; scripts/arrows.ts lists them`
  const entries = [...packageEntries, ...(packageExtras[second] ?? [])]
  return entries.includes(third) ? undefined : `a package holds ${entries.join(', ')}; find its place there`
}

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/
const document = /^([A-Z]+(\.ko)?\.md|LICENSE|Dockerfile|Makefile)$/

function nameFault(path: string): string | undefined {
  // Other languages have rules of their own, and captured files keep the names they came with.
  if (isCaptured(path) || /\.(java|go)$/.test(path)) return undefined
  const odd = path.split('/').find((segment) => !kebabCase.test(segment) && !document.test(segment))
  return odd === undefined ? undefined : `${odd}: names are in kebab case, such as fetch-session.ts`
}
