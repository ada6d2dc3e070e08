// What decides is pure: time, randomness, disk and network come in as arguments, so that the same code runs
// in the simulation. Outside `node/` folders the sources of packages may not reach for the real ones.
import type { Finding } from '../source/findings.ts'
import { dottedName, nodeAt, nodesAt, walk, type SourceFile, type SyntaxNode } from '../source/syntax.ts'
import { isTestFile } from '../source/units.ts'
import { isSuite, type SourceRule } from './rule.ts'

const clock = 'take a Clock of @naru/base as an argument'
const timers = 'take the Timers of @naru/base as an argument'
const random = 'take a Random of @naru/base as an argument'
const disk = 'take a Disk of @naru/base as an argument, or move the file into a node/ folder'
const network = 'take a Network of @naru/base as an argument, or move the file into a node/ folder'
const process = 'move the file into a node/ folder and take what it does as an argument'

/** Dotted names, and names that are global, with what to use instead. */
const bannedNames: Readonly<Record<string, string>> = {
  'Date.now': clock,
  'performance.now': clock,
  'performance.timeOrigin': clock,
  'process.hrtime': clock,
  'process.uptime': clock,
  'Math.random': random,
  'crypto.randomUUID': random,
  'crypto.randomBytes': random,
  'crypto.randomInt': random,
  'crypto.getRandomValues': random,
  'crypto.randomFillSync': random,
  'AbortSignal.timeout': timers,
  setTimeout: timers,
  setInterval: timers,
  setImmediate: timers
}

const bannedModules: Readonly<Record<string, string>> = {
  'node:fs': disk,
  'node:fs/promises': disk,
  'node:net': network,
  'node:tls': network,
  'node:dgram': network,
  'node:http': network,
  'node:https': network,
  'node:http2': network,
  'node:child_process': process,
  'node:worker_threads': process,
  'node:cluster': process,
  'node:timers': timers,
  'node:timers/promises': timers
}

function isPure(path: string): boolean {
  return (
    /^packages\/[^/]+\/src\//.test(path) && !path.includes('/node/') && !isTestFile(path) && !isSuite(path)
  )
}

export const impureCalls: SourceRule = (source) => {
  if (!isPure(source.path)) return []
  const findings: Finding[] = bannedImports(source)
  const add = (node: SyntaxNode, name: string, instead: string): void => {
    findings.push({ file: source.path, line: source.lineOf(node.start), message: `${name}: ${instead}` })
  }
  walk(source.program, (node, ancestors) => {
    const parent = ancestors.at(-1)
    if (isWallClockDate(node)) add(node, 'the current Date', clock)
    const name = dottedName(node)?.replace(/^globalThis\./, '')
    const instead = name === undefined ? undefined : ownValue(bannedNames, name)
    if (name === undefined || instead === undefined || isOnlyAName(node, parent)) return
    add(node, name, instead)
  })
  return findings
}

function bannedImports(source: SourceFile): Finding[] {
  const findings: Finding[] = source.imports.flatMap(({ specifier, line }) => {
    const instead = ownValue(bannedModules, specifier)
    return instead === undefined ? [] : [{ file: source.path, line, message: `${specifier}: ${instead}` }]
  })
  for (const statement of nodesAt(source.program, 'body')) {
    if (statement.type !== 'ImportDeclaration' || nodeAt(statement, 'source')?.['value'] !== 'node:crypto')
      continue
    for (const specifier of nodesAt(statement, 'specifiers')) {
      const name = `crypto.${dottedName(nodeAt(specifier, 'imported')) ?? ''}`
      const instead = ownValue(bannedNames, name)
      if (instead === undefined) continue
      findings.push({
        file: source.path,
        line: source.lineOf(specifier.start),
        message: `${name}: ${instead}`
      })
    }
  }
  return findings
}

function isWallClockDate(node: SyntaxNode): boolean {
  if (dottedName(nodeAt(node, 'callee')) !== 'Date') return false
  return (
    node.type === 'CallExpression' ||
    (node.type === 'NewExpression' && nodesAt(node, 'arguments').length === 0)
  )
}

/** A property, a parameter or a type of that name reaches for nothing. */
function isOnlyAName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || node.type !== 'Identifier') return false
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true
  if (parent.type === 'Property') return parent['key'] === node
  return /^(TSTypeQuery|TS\w*Signature|MethodDefinition|PropertyDefinition|ImportSpecifier|ExportSpecifier)$/.test(
    parent.type
  )
}

function ownValue(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
