// A file fits in the head and a function on a screen. Lines are counted as they are, comments included: what
// has to be scrolled past has to be read.
import type { Finding } from '../source/findings.ts'
import { dottedName, nodeAt, nodesAt, walk, type SourceFile, type SyntaxNode } from '../source/syntax.ts'
import { isGenerated, isSuite, type SourceRule, type TreeRule } from './rule.ts'

export const fileLinesSoft = 400
export const fileLinesMax = 800
export const functionLinesMax = 70
export const fileBytesMax = 1024 * 1024

const isCode = (path: string): boolean => /\.(ts|js|mjs|sh|java|go)$/.test(path)

export const fileSizes: TreeRule = (tree) =>
  tree.files.flatMap((file) => {
    const findings: Finding[] = []
    const bytes = tree.bytes(file)
    if (bytes > fileBytesMax) {
      findings.push({
        file,
        line: 1,
        message: `${bytes} bytes; generate it, or keep what is over 1 MiB elsewhere`
      })
    }
    if (!isCode(file) || isGenerated(file)) return findings
    const lines = tree.read(file).trimEnd().split('\n').length
    if (lines > fileLinesMax)
      findings.push({ file, line: 1, message: `${lines} lines; split it, ${fileLinesMax} is the limit` })
    else if (lines > fileLinesSoft) {
      findings.push({ file, line: 1, warning: true, message: `${lines} lines; think about splitting it` })
    }
    return findings
  })

const functionTypes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']

export const functionSizes: SourceRule = (source) => {
  const findings: Finding[] = []
  walk(source.program, (node, ancestors) => {
    if (!functionTypes.includes(node.type) || isGroupOfTests(source, node, ancestors)) return
    const lines = lineCount(source, node)
    if (lines <= functionLinesMax) return
    const name = functionName(node, ancestors.at(-1))
    const message = `${name} has ${lines} lines; split it, ${functionLinesMax} is the limit`
    findings.push({ file: source.path, line: source.lineOf(node.start), message })
  })
  return findings
}

/** The callback of `describe`, as an outer function of a suite, is a table of contents; its tests are measured. */
function isGroupOfTests(source: SourceFile, node: SyntaxNode, ancestors: readonly SyntaxNode[]): boolean {
  if (isSuite(source.path) && !ancestors.some(({ type }) => functionTypes.includes(type))) return true
  const parent = ancestors.at(-1)
  if (parent?.type !== 'CallExpression' || !nodesAt(parent, 'arguments').includes(node)) return false
  return ['describe', 'suite'].includes(dottedName(nodeAt(parent, 'callee')) ?? '')
}

function lineCount(source: SourceFile, node: SyntaxNode): number {
  return source.lineOf(node.end - 1) - source.lineOf(node.start) + 1
}

function functionName(node: SyntaxNode, parent: SyntaxNode | undefined): string {
  const names = [nodeAt(node, 'id'), parent && nodeAt(parent, 'id'), parent && nodeAt(parent, 'key')]
  return names.map((name) => dottedName(name)).find((name) => name !== undefined) ?? 'a function'
}
