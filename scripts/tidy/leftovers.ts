// What is fine for an hour and not for a commit: notes to oneself, tests that are switched off, `any`, and
// syntax that cannot be erased (sources run by type stripping, which refuses it only when the line is reached).
import type { Finding } from '../source/findings.ts'
import { dottedName, isScript, nodeAt, nodesAt, walk, type SyntaxNode } from '../source/syntax.ts'
import { isTestFile } from '../source/units.ts'
import { findLines, isText, type SourceRule, type TreeRule } from './rule.ts'

const noteToSelf = /\b(TODO|FIXME|XXX)\b/
const noteMessage = 'do it now, or open an issue and say in the comment what holds until then'

/** Notes in files that have no syntax tree: documents, shell scripts, settings. */
export const notesInText: TreeRule = (tree) =>
  tree.files
    .filter((path) => isText(path) && !isScript(path) && path !== 'package-lock.json')
    .flatMap((path) => findLines(path, tree.read(path), noteToSelf, (note) => `${note}: ${noteMessage}`))

export const notesInComments: SourceRule = (source) =>
  source.comments.flatMap((comment) => {
    const note = noteToSelf.exec(comment.value)?.[0]
    if (note === undefined) return []
    return [{ file: source.path, line: source.lineOf(comment.start), message: `${note}: ${noteMessage}` }]
  })

const notErasable: Readonly<Record<string, string>> = {
  TSEnumDeclaration: 'an enum is not erasable; use an `as const` object and the union of its values',
  TSParameterProperty: 'a parameter property is not erasable; declare the field and assign it',
  TSImportEqualsDeclaration: '`import =` is not erasable; use an import statement',
  TSExportAssignment: '`export =` is not erasable; use an export statement',
  TSAnyKeyword: '`any` switches the checks off; use unknown and narrow it'
}

export const looseSyntax: SourceRule = (source) => {
  const findings: Finding[] = []
  walk(source.program, (node) => {
    const message =
      notErasable[node.type] ?? (isNamespace(node) ? 'a namespace is not erasable; use a module' : undefined)
    if (message !== undefined) findings.push({ file: source.path, line: source.lineOf(node.start), message })
  })
  return findings
}

/** `declare module` and `declare global` only speak about types. */
function isNamespace(node: SyntaxNode): boolean {
  return node.type === 'TSModuleDeclaration' && node['declare'] !== true && node['kind'] !== 'global'
}

const onlyMessage = 'only: the other tests would not run; take it out before committing'
const skipMessage = "skipped without a reason; repair or remove it, or say why with { skip: 'reason' }"

export const silencedTests: SourceRule = (source) => {
  const findings: Finding[] = []
  if (!isTestFile(source.path)) return findings
  walk(source.program, (node) => {
    const message = node.type === 'CallExpression' ? callFault(node) : optionFault(node)
    if (message !== undefined) findings.push({ file: source.path, line: source.lineOf(node.start), message })
  })
  return findings
}

function callFault(call: SyntaxNode): string | undefined {
  const [subject, method] = dottedName(nodeAt(call, 'callee'))?.split('.') ?? []
  const isTest = ['test', 'it', 'describe', 'suite'].includes(subject ?? '')
  if (isTest && method === 'only') return onlyMessage
  if (isTest && (method === 'skip' || method === 'todo')) return skipMessage
  const isContext = subject === 't' || subject === 'context'
  const gaveReason = nodesAt(call, 'arguments').length > 0
  return isContext && (method === 'skip' || method === 'todo') && !gaveReason ? skipMessage : undefined
}

function optionFault(node: SyntaxNode): string | undefined {
  if (node.type !== 'Property' || nodeAt(node, 'value')?.['value'] !== true) return undefined
  const key = dottedName(nodeAt(node, 'key'))
  if (key === 'only') return onlyMessage
  return key === 'skip' || key === 'todo' ? skipMessage : undefined
}
