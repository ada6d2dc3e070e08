// Reads the whole tree and stops what a reviewer would otherwise have to say again. Each rule lives in a file
// of `scripts/tidy/` and names what to do instead. Run it alone with `node scripts/tidy.ts`.
import { printFindings, type Finding } from './source/findings.ts'
import { isScript, parseTree } from './source/syntax.ts'
import { openTree, type SourceTree } from './source/tree.ts'
import { dependencyRows } from './tidy/dependency-rows.ts'
import { impureCalls } from './tidy/impure-calls.ts'
import { filePlaces } from './tidy/layout.ts'
import { looseSyntax, notesInComments, notesInText, silencedTests } from './tidy/leftovers.ts'
import { manifests, packageVersions } from './tidy/manifests.ts'
import { newerThanSupported } from './tidy/newer-than-supported.ts'
import { privatePlaces } from './tidy/private-places.ts'
import { isCaptured, isGenerated, type SourceRule, type TreeRule } from './tidy/rule.ts'
import { fileSizes, functionSizes } from './tidy/sizes.ts'

const sourceRules: readonly SourceRule[] = [
  impureCalls,
  newerThanSupported,
  looseSyntax,
  notesInComments,
  silencedTests,
  functionSizes
]
const treeRules: readonly TreeRule[] = [
  fileSizes,
  filePlaces,
  notesInText,
  privatePlaces,
  manifests,
  packageVersions,
  dependencyRows
]

export function checkTidy(tree: SourceTree): readonly Finding[] {
  const paths = tree.files.filter((path) => isScript(path) && !isCaptured(path) && !isGenerated(path))
  const { sources, findings } = parseTree(tree, paths)
  return [
    ...findings,
    ...treeRules.flatMap((rule) => rule(tree)),
    ...sources.flatMap((source) => sourceRules.flatMap((rule) => rule(source)))
  ]
}

if (import.meta.main) {
  const tree = openTree()
  process.exitCode = printFindings('tidy', checkTidy(tree), tree.files.length)
}
