/** Builds the load client once and runs it; one JSON object per run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from 'naru-conformance/cache'
import { fingerprint, runOrThrow } from 'naru-conformance/process'

export interface LoadResult {
  readonly mode: string
  readonly size: number
  readonly records: number
  readonly seconds: number
  readonly recordsPerSecond: number
  readonly megabytesPerSecond: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  readonly maxMs?: number
}

/** The binary, from the cache when its sources are as they were. */
export async function loadProgram(): Promise<string> {
  const folder = join(import.meta.dirname, 'load')
  const sources = (await readdir(folder)).toSorted().map((name) => join(folder, name))
  const built = await cached(`bench-load-${await fingerprint(sources)}`, async (target) => {
    await runOrThrow('go', ['build', '-trimpath', '-o', join(target, 'load'), '.'], { cwd: folder })
  })
  return join(built, 'load')
}

/** Runs one mode to its end; fails with what the program printed. */
export async function runLoad(
  program: string,
  mode: string,
  options: Readonly<Record<string, string | number>>
): Promise<LoadResult> {
  const args = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)])
  const child = spawn(program, [mode, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${mode} failed: ${complaint}`)
  return JSON.parse(printed) as LoadResult
}
