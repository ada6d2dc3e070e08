// Reads TypeScript the way the checks need it: the imports of a file, its comments, and a walk over its
// syntax tree. The tree is ESTree with TypeScript's additions, as oxc-parser prints it.
import { parseSync, type ParseResult } from 'oxc-parser'
import type { Finding } from './findings.ts'
import type { SourceTree } from './tree.ts'

export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export interface ImportedModule {
  readonly specifier: string
  readonly line: number
  /** Erased before the program runs. */
  readonly isType: boolean
  /** `import('...')`: loaded when the line runs, not when the file does. */
  readonly isDynamic: boolean
}

export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly program: SyntaxNode
  readonly comments: ReadonlyArray<{ readonly value: string; readonly start: number }>
  readonly imports: readonly ImportedModule[]
  lineOf(offset: number): number
}

export const isScript = (path: string): boolean => /\.(ts|js|mts|mjs|tsx)$/.test(path)

export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text)
  const failure = parsed.errors[0]
  if (failure !== undefined) throw new SyntaxError(`${path}: ${failure.message}`)
  const lineOf = lineFinder(text)
  const program: unknown = parsed.program
  const root = program as SyntaxNode
  return {
    path,
    text,
    program: root,
    comments: parsed.comments,
    imports: [...staticImports(parsed, lineOf), ...lazyImports(text, parsed, root, lineOf)],
    lineOf
  }
}

/** Parses what can be parsed; a file that cannot be is a finding, so that one broken file hides no other. */
export function parseTree(
  tree: SourceTree,
  paths: readonly string[]
): { readonly sources: readonly SourceFile[]; readonly findings: readonly Finding[] } {
  const sources: SourceFile[] = []
  const findings: Finding[] = []
  for (const path of paths) {
    try {
      sources.push(parseSource(path, tree.read(path)))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      findings.push({ file: path, line: 1, message: error.message })
    }
  }
  return { sources, findings }
}

/** Calls `visit` for each node with its ancestors, the nearest last. */
export function walk(
  root: SyntaxNode,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void
): void {
  const ancestors: SyntaxNode[] = []
  const enter = (node: SyntaxNode): void => {
    visit(node, ancestors)
    ancestors.push(node)
    for (const child of childrenOf(node)) enter(child)
    ancestors.pop()
  }
  enter(root)
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string'
}

export function nodeAt(node: SyntaxNode, field: string): SyntaxNode | undefined {
  const value = node[field]
  return isNode(value) ? value : undefined
}

export function nodesAt(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  const value = node[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** The name of an identifier, or of a dotted path such as `process.hrtime`; undefined for anything else. */
export function dottedName(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'Identifier') return String(node['name'])
  if (node?.type !== 'MemberExpression' || node['computed'] === true) return undefined
  const object = dottedName(nodeAt(node, 'object'))
  const property = dottedName(nodeAt(node, 'property'))
  return object === undefined || property === undefined ? undefined : `${object}.${property}`
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode))
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1))
    starts.push(index + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function staticImports(parsed: ParseResult, lineOf: (offset: number) => number): ImportedModule[] {
  const found: ImportedModule[] = []
  const add = (
    specifier: string,
    start: number,
    entries: ReadonlyArray<{ readonly isType: boolean }>
  ): void => {
    const isType = entries.length > 0 && entries.every((entry) => entry.isType)
    found.push({ specifier, line: lineOf(start), isType, isDynamic: false })
  }
  for (const statement of parsed.module.staticImports) {
    add(statement.moduleRequest.value, statement.start, statement.entries)
  }
  for (const statement of parsed.module.staticExports) {
    const request = statement.entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest
    if (request) add(request.value, statement.start, statement.entries)
  }
  return found
}

/** `import('...')`, as a call and as a type. A specifier that is computed cannot be read and is left out. */
function lazyImports(
  text: string,
  parsed: ParseResult,
  root: SyntaxNode,
  lineOf: (offset: number) => number
): ImportedModule[] {
  const found: ImportedModule[] = []
  for (const call of parsed.module.dynamicImports) {
    const literal = /^(['"`])([^'"`$]+)\1$/.exec(text.slice(call.moduleRequest.start, call.moduleRequest.end))
    const specifier = literal?.[2]
    if (specifier !== undefined)
      found.push({ specifier, line: lineOf(call.start), isType: false, isDynamic: true })
  }
  if (!/\bimport\(/.test(text)) return found
  walk(root, (node) => {
    const specifier = node.type === 'TSImportType' ? nodeAt(node, 'source')?.['value'] : undefined
    if (typeof specifier !== 'string') return
    found.push({ specifier, line: lineOf(node.start), isType: true, isDynamic: true })
  })
  return found
}
