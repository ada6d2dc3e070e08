/** Where long runs keep what they have found: one line of JSON per batch, so that a run goes on where it ended. */
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { cacheRoot, repositoryRoot } from '../../cache.ts'
import { run } from '../../process.ts'

/** What one batch of repetitions did and found. */
export interface Row {
  readonly test: string
  readonly broker: string
  readonly seed: number
  readonly repetitions: number
  /** Faults by kind. */
  readonly injected: Readonly<Record<string, number>>
  readonly acknowledged: number
  readonly lost: number
  readonly duplicated: number
  readonly reordered: number
  /** All other anomalies of the checker. */
  readonly other: number
  /** From the start of the process to its first answer, once per start. */
  readonly readyMs: readonly number[]
  /** What went wrong, in words; empty when nothing did. */
  readonly problems: readonly string[]
  /** What a test measures beyond that. */
  readonly notes?: Readonly<Record<string, number>>
}

export interface StoredRow extends Row {
  readonly date: string
  readonly commit: string
  readonly machine: string
  readonly command: string
  readonly seconds: number
  /** What was found out about its problems later; written by hand. */
  readonly remark?: string
}

export const evidenceFolder: string = join(cacheRoot, 'evidence')

const fileOf = (name: string): string => join(evidenceFolder, `${name}.jsonl`)

/** The lines of a result file; none where there is no such file. The last line of a run under way may be half written. */
export async function readLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as T)
}

export async function readRows(name: string): Promise<StoredRow[]> {
  return readLines<StoredRow>(fileOf(name))
}

export async function appendRow(name: string, row: StoredRow): Promise<void> {
  await mkdir(evidenceFolder, { recursive: true })
  await appendFile(fileOf(name), `${JSON.stringify(row)}\n`)
}

/** The commit that is tested; a `+` says that the sources differ from it. */
export async function commitNow(): Promise<string> {
  const head = await run('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: repositoryRoot })
  const changes = await run('git', ['status', '--porcelain', '--untracked-files=no', 'packages'], {
    cwd: repositoryRoot
  })
  return head.stdout.trim() + (changes.stdout === '' ? '' : '+')
}

export function machineNow(): string {
  const all = cpus()
  const model = all[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${all.length} x ${model}, ${memory} GiB, Linux ${release()}, Node ${process.versions.node}`
}
