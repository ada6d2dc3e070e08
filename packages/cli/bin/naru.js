#!/usr/bin/env node
// The `naru` command. Plain JavaScript that very old versions of Node can read too, so that they are refused with
// a sentence instead of a stack trace; everything else is imported only after the checks.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access,
   typescript/no-unsafe-argument -- this file is no part of the TypeScript program, so that nothing in it has a type */
const nodeMin = [22, 22]
const threadsDefault = '8'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1])) {
  const language =
    process.env.NARU_LANG || process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || ''
  const wanted = nodeMin.join('.')
  process.stderr.write(
    language.toLowerCase().startsWith('ko')
      ? `naru: Node ${wanted} 이상이 필요합니다. 지금 버전은 ${process.versions.node}입니다.\n`
      : `naru: Node ${wanted} or newer is needed; this is ${process.versions.node}.\n`
  )
  process.exit(1)
}

// Must be there before the first file is read: the pool takes its size when it starts, and four threads are few
// for syncs, reads and compression side by side.
process.env.UV_THREADPOOL_SIZE ||= threadsDefault

// Named here and not imported: an import statement reads every property of a module of Node's, and some of them load
// more (that of `process` opens the standard input).
const module = process.getBuiltinModule('node:module')
const { existsSync } = process.getBuiltinModule('node:fs')

module.enableCompileCache()

// Our modules name each other's files exactly. Whether the file is there, whether it is a link, and what the nearest
// package.json calls its type are questions to the disk that would take a fifth of a start to answer.
const formats = { '.ts': 'module-typescript', '.js': 'module' }
const packageOfUrl = /^(.*\/(?:packages|@naru)\/)[^/]+\//
// The parser of the command line is the only other library of a start. It is written in the same way, but imports Node's
// modules; what it needs of them is handed to it without the rest.
const parserFolder = '/node_modules/commander/'
const namesTaken = { 'node:events': ['EventEmitter'], 'node:util': ['stripVTControlCharacters'] }
const homes = new Map()
const resolved = new Map()

// A package without a folder of its own for what it depends on finds the same as its neighbours.
function homeOf(folder, neighbours) {
  const known = homes.get(folder)
  if (known !== undefined) return known
  const home = existsSync(new URL('node_modules', folder)) ? folder : neighbours
  homes.set(folder, home)
  return home
}

function builtinForParser(specifier) {
  const names = (namesTaken[specifier] ?? []).map((name) => `export const ${name}=all.${name};`)
  const source = `const all=process.getBuiltinModule('${specifier}');export default all;${names.join('')}`
  return { url: `data:text/javascript,${source}`, format: 'module', shortCircuit: true }
}

module.registerHooks?.({
  resolve(specifier, context, nextResolve) {
    const parent = context.parentURL ?? ''
    const isParser = parent.includes(parserFolder)
    if (isParser && specifier.startsWith('node:')) return builtinForParser(specifier)
    const [folder, neighbours] = packageOfUrl.exec(parent) ?? []
    if (folder === undefined && !isParser) return nextResolve(specifier, context)
    const format = formats[specifier.slice(-3)]
    if (specifier.startsWith('.') && format !== undefined) {
      return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true }
    }
    if (!specifier.startsWith('@naru/')) return nextResolve(specifier, context)
    const key = homeOf(folder, neighbours) + specifier
    const found = resolved.get(key) ?? nextResolve(specifier, context)
    resolved.set(key, found)
    return { ...found, shortCircuit: true }
  }
})

await import('../src/main.ts')
