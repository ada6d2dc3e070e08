/**
 * `npm run generate` prints the codec of every message from packages/protocol/schema. With `--check` nothing is
 * written; the run fails and names the files when what is committed is not what would be printed.
 */
import { readdir, readFile, rm, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format } from 'oxfmt'
import oxfmtConfig from '../.oxfmtrc.json' with { type: 'json' }
import { printApiFile, printDataFile, printHeaderFile, printRecordFile } from './generate/files.ts'
import { printApiKeys, printMessageIndex } from './generate/tables.ts'
import { loadApis, loadHeaders, loadRecords } from '../packages/protocol/schema/load.ts'

const source = join(import.meta.dirname, '../packages/protocol/src')
/** Folders that hold nothing but generated files; what is no longer printed there is removed. */
const generatedFolders = ['messages', 'internal-records', 'headers']

const files = await print()
const stale = await compare(files)
if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`stale: packages/protocol/src/${file} (run npm run generate)`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  await write(files, stale)
}

/** All generated files, formatted, by path below `src`. */
async function print(): Promise<Map<string, string>> {
  const [apis, headers, records] = await Promise.all([loadApis(), loadHeaders(), loadRecords()])
  const raw: Array<[path: string, code: string]> = [
    ...apis.map((api): [string, string] => [`messages/${api.file}.ts`, printApiFile(api)]),
    ...headers.map((header): [string, string] => [`headers/${header.file}.ts`, printHeaderFile(header)]),
    ...records.map((record): [string, string] => [
      `internal-records/${record.file}.ts`,
      record.schema.key === undefined ? printDataFile(record) : printRecordFile(record)
    ]),
    ['messages/index.ts', printMessageIndex(apis)],
    ['api-keys.ts', printApiKeys(apis)]
  ]
  const entries = await Promise.all(
    raw.map(async ([path, code]): Promise<[string, string]> => [path, await formatCode(path, code)])
  )
  return new Map(entries)
}

async function formatCode(path: string, code: string): Promise<string> {
  const result = await format(path, code, oxfmtConfig as Parameters<typeof format>[2])
  const [error] = result.errors
  if (error !== undefined) throw new Error(`${path}: ${error.message}\n${code}`)
  return result.code
}

/** The paths that differ from what is there, or that are there without being printed. */
async function compare(printed: Map<string, string>): Promise<string[]> {
  const present = new Set<string>()
  for (const folder of generatedFolders) {
    const names = await readdir(join(source, folder)).catch(() => [])
    for (const name of names) present.add(`${folder}/${name}`)
  }
  const differing = await Promise.all(
    [...printed].map(async ([path, code]) => {
      const old = await readFile(join(source, path), 'utf8').catch(() => undefined)
      return old === code ? [] : [path]
    })
  )
  return [...differing.flat(), ...[...present].filter((path) => !printed.has(path))]
}

async function write(printed: Map<string, string>, paths: readonly string[]): Promise<void> {
  for (const folder of generatedFolders) await mkdir(join(source, folder), { recursive: true })
  for (const path of paths) {
    const code = printed.get(path)
    if (code === undefined) await rm(join(source, path))
    else await writeFile(join(source, path), code)
  }
  console.error(`${printed.size} files, ${paths.length} changed`)
}
