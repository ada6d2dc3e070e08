/** A PostgreSQL that was left behind on the data folder by a start that was killed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NaruError } from '@naru/base'

const STOP_MS_MAX = 10_000
const POLL_MS = 20

/**
 * Stops it, so that the folder is free; one that is only noted and does not run is PostgreSQL's own matter. One whose
 * starter lives is no left-over: it is left alone, and the folder is refused.
 */
export async function stopLeftOver(data: string, starter: number): Promise<void> {
  const pid = await noted(data)
  if (pid === undefined || !(await isPostgres(pid, data))) return
  if ((await parentOf(pid)) === starter) {
    throw new NaruError('POSTGRES_IN_USE', `process ${starter} runs a PostgreSQL (process ${pid}) on ${data}`)
  }
  // SIGINT is PostgreSQL's fast stop: clients are cut off, data is written out.
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < STOP_MS_MAX; waited += POLL_MS) {
    if (!(await isPostgres(pid, data))) return
    await sleep(POLL_MS)
  }
  throw new NaruError(
    'POSTGRES_BUSY',
    `another PostgreSQL (process ${pid}) works on ${data} and does not stop`
  )
}

/** Whether PostgreSQL has written that it takes connections. */
export async function isReady(data: string, pid: number | undefined): Promise<boolean> {
  const lines = await pidFile(data)
  return lines[7]?.trim() === 'ready' && (pid === undefined || Number(lines[0]) === pid)
}

async function noted(data: string): Promise<number | undefined> {
  const [first] = await pidFile(data)
  return first === undefined || first === '' ? undefined : Number(first)
}

async function pidFile(data: string): Promise<readonly string[]> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  return text.split('\n')
}

/** Who is orphaned gets another parent, so that a number that went to another process since misleads nobody. */
async function parentOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1]
  return parent === undefined ? undefined : Number(parent)
}

/** A number may have gone to another process since; only Linux tells cheaply, elsewhere PostgreSQL decides itself. */
async function isPostgres(pid: number, data: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes('postgres') && command.includes(data)
}
