/** Counts the system calls of a running process with `strace -c`; Linux only. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

const tracerCommand = 'strace'

export interface SystemCalls {
  readonly name: string
  readonly calls: number
}

/** The table that `strace -c` writes: share, seconds, microseconds per call, calls, errors when there are any, name. */
export function parseStrace(text: string): readonly SystemCalls[] {
  return text
    .split('\n')
    .flatMap((line) => {
      const [, calls, name] = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w*)$/.exec(line) ?? []
      return calls === undefined || name === undefined || name === 'total'
        ? []
        : [{ name, calls: Number(calls) }]
    })
    .toSorted((left, right) => right.calls - left.calls)
}

/** Watches all threads of the process while `work` runs. */
export async function systemCallsDuring(
  pid: number,
  file: string,
  work: () => Promise<void>
): Promise<readonly SystemCalls[]> {
  const tracer = spawn(tracerCommand, ['-c', '-f', '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe']
  })
  let said = ''
  const attached = Promise.withResolvers<void>()
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('attached')) attached.resolve()
  })
  const ended = once(tracer, 'exit')
  await Promise.race([attached.promise, ended])
  if (!said.includes('attached')) throw new Error(`strace could not look into process ${pid}: ${said.trim()}`)
  try {
    await work()
  } finally {
    tracer.kill('SIGINT')
    await ended
  }
  return parseStrace(await readFile(file, 'utf8'))
}
