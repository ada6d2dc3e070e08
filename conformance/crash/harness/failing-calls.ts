/** The library of `native/`, built by the machine's compiler, as environment of a process whose Nth call fails. */
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { cached } from '../../cache.ts'
import { fingerprint, run, runOrThrow } from '../../process.ts'

/** What a failing write leaves behind; `native/failing-calls.c` says more. */
export type FailMode = 'before' | 'after' | 'short'

export interface FailPlan {
  /** Only calls on files below this folder count. */
  readonly below: string
  /** From 1; 0 counts only. */
  readonly at: number
  readonly error: 'EIO' | 'ENOSPC'
  readonly mode: FailMode
  readonly report: string
}

export interface FailedCall {
  readonly number: number
  /** `write`, `fdatasync`, `rename` ...; `calls` in the last line of a process that came to its end. */
  readonly kind: string
  /** Since 1970. */
  readonly atMs: number
  readonly path: string
}

export async function whyNoFailingCalls(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only Linux has LD_PRELOAD'
  const compiler = await run('gcc', ['--version']).catch(() => undefined)
  return compiler?.code === 0 ? undefined : 'gcc is missing'
}

export async function failingEnv(plan: FailPlan): Promise<Record<string, string>> {
  const source = join(import.meta.dirname, '../native/failing-calls.c')
  const target = await cached(`crash-failing-${await fingerprint([source])}`, async (built) => {
    const output = join(built, 'failing-calls.so')
    await runOrThrow('gcc', ['-shared', '-fPIC', '-O2', '-Wall', '-o', output, source, '-ldl'])
  })
  return {
    LD_PRELOAD: join(target, 'failing-calls.so'),
    FAIL_BELOW: plan.below,
    FAIL_AT: String(plan.at),
    FAIL_ERRNO: String(constants.errno[plan.error]),
    FAIL_MODE: plan.mode,
    FAIL_REPORT: plan.report
  }
}

export async function readReport(file: string): Promise<readonly FailedCall[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [number = '', kind = '', seconds = '', ...path] = line.split(' ')
      return { number: Number(number), kind, atMs: Number(seconds) * 1000, path: path.join(' ') }
    })
}
