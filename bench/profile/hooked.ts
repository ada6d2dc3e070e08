/** A Naru with one of the hooks of this folder inside, which reports at a signal. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { systemNamed, type StartedSystem } from '../systems/index.ts'

export interface Hooked<Report> extends AsyncDisposable {
  readonly started: StartedSystem
  /** What the hook has to say now. */
  report(): Promise<Report>
}

/** A process that is busy, on a machine that is busy, still comes to its signals within this time. */
const reportMsMax = 30_000

export async function startHooked<Report>(
  hook: 'count-copies' | 'cpu-profiler',
  folder: string
): Promise<Hooked<Report>> {
  const file = join(folder, 'report.json')
  const started = await systemNamed('naru').start({
    folder,
    nodeFlags: ['--import', pathToFileURL(join(import.meta.dirname, `${hook}.ts`)).href],
    env: { NARU_BENCH_REPORT: file }
  })
  let asked = 0
  return {
    started,
    report: () => {
      process.kill(started.broker.pid, 'SIGUSR2')
      return awaitReport<Report>(file, ++asked)
    },
    [Symbol.asyncDispose]: () => started.broker.close()
  }
}

async function awaitReport<Report>(file: string, number: number): Promise<Report> {
  const deadline = performance.now() + reportMsMax
  while (performance.now() < deadline) {
    const text = await readFile(file, 'utf8').catch(() => '{}')
    const found = JSON.parse(text) as { readonly report?: number }
    if (found.report === number) return found as Report
    await sleep(50)
  }
  throw new Error('the broker did not answer the signal')
}
