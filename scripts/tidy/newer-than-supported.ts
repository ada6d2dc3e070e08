// The repository runs on Node 24, and what is published runs on Node 22.22 too. The types know both, so what is
// only there on the newer one has to be stopped here. Syntax such as `await using` is no trouble: tsc rewrites it.
import type { Finding } from '../source/findings.ts'
import { dottedName, nodeAt, walk, type SyntaxNode } from '../source/syntax.ts'
import { isTestFile } from '../source/units.ts'
import type { SourceRule } from './rule.ts'

const instead: Readonly<Record<string, string>> = {
  AsyncDisposableStack: 'close in a finally, or keep a list of what to close',
  DisposableStack: 'close in a finally, or keep a list of what to close',
  SuppressedError: 'use AggregateError',
  Float16Array: 'use Float32Array',
  URLPattern: 'use a regular expression',
  'Error.isError': 'use instanceof Error',
  'Promise.try': 'use an async function',
  'RegExp.escape': 'escape the text with a replaceAll',
  'Uint8Array.fromBase64': 'use Buffer.from',
  'Uint8Array.fromHex': 'use Buffer.from',
  'Iterator.concat': 'use a generator',
  'import.meta.main': 'give the command a file of its own in bin/'
}

const isPublished = (path: string): boolean => /^packages\/[^/]+\/(src|bin)\//.test(path) && !isTestFile(path)

export const newerThanSupported: SourceRule = (source) => {
  const findings: Finding[] = []
  if (!isPublished(source.path)) return findings
  walk(source.program, (node, ancestors) => {
    const name = isMeta(node) ? 'import.meta.main' : dottedName(node)
    if (name === undefined || !Object.hasOwn(instead, name) || isMemberName(node, ancestors.at(-1))) return
    const message = `${name} is not in Node 22: ${instead[name]}`
    findings.push({ file: source.path, line: source.lineOf(node.start), message })
  })
  return findings
}

function isMeta(node: SyntaxNode): boolean {
  if (node.type !== 'MemberExpression' || nodeAt(node, 'object')?.type !== 'MetaProperty') return false
  return dottedName(nodeAt(node, 'property')) === 'main'
}

/** `stack.DisposableStack` is somebody's property, and a type is erased. */
function isMemberName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined) return false
  return (parent.type === 'MemberExpression' && parent['property'] === node) || parent.type.startsWith('TS')
}
