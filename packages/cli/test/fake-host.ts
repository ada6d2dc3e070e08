/** A process that is none: what a command reads is given, what it writes is kept. */
import { nodeClock, nodeTimers } from '@naru/base/node'
import { type Host, Interrupted, type Output } from '../src/host.ts'
import { run } from '../src/run.ts'

export interface FakeOptions {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>
  readonly env?: Readonly<Record<string, string>>
  /** Lines that a person types at questions; makes stdin and stderr a terminal. */
  readonly answers?: readonly string[]
  readonly stdoutIsTerminal?: boolean
  /** After so many bytes nobody reads stdout any more. */
  readonly stdoutBytesMax?: number
  readonly files?: Readonly<Record<string, string>>
}

export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stdoutBytes: Buffer
  readonly stderr: string
}

export interface Running {
  readonly result: Promise<RunResult>
  /** What was written so far. */
  stdout(): string
  stderr(): string
  interrupt(signal?: string): void
}

class FakeOutput implements Output {
  readonly isTerminal: boolean
  readonly columns = 80
  readonly chunks: Buffer[] = []
  readonly #bytesMax: number

  constructor(isTerminal: boolean, bytesMax = Infinity) {
    this.isTerminal = isTerminal
    this.#bytesMax = bytesMax
  }

  write(data: string | Uint8Array): Promise<void> {
    this.chunks.push(Buffer.from(data as Uint8Array))
    if (Buffer.concat(this.chunks).length <= this.#bytesMax) return Promise.resolve()
    return Promise.reject(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  }

  text(): string {
    return Buffer.concat(this.chunks).toString('utf8')
  }
}

/** Starts a command; it runs in this process. */
export function start(args: readonly string[], options: FakeOptions = {}): Running {
  const interruption = new AbortController()
  const stdout = new FakeOutput(options.stdoutIsTerminal === true, options.stdoutBytesMax)
  const stderr = new FakeOutput(options.answers !== undefined)
  const host: Host = {
    args,
    env: { NARU_LANG: 'en', ...options.env },
    stdin: {
      isTerminal: options.answers !== undefined,
      chunks: () => chunksOf(options.stdin ?? ''),
      line: answers(options.answers ?? [])
    },
    stdout,
    stderr,
    clock: nodeClock,
    timers: nodeTimers,
    interrupted: interruption.signal,
    readFile: (path) => {
      const text = options.files?.[path]
      if (text !== undefined) return Promise.resolve(text)
      return Promise.reject(Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' }))
    },
    flushCompileCache: () => undefined,
    uptimeMs: () => 0
  }
  const result = run(host).then((exitCode) => ({
    exitCode,
    stdout: stdout.text(),
    stdoutBytes: Buffer.concat(stdout.chunks),
    stderr: stderr.text()
  }))
  return {
    result,
    stdout: () => stdout.text(),
    stderr: () => stderr.text(),
    interrupt: (signal = 'SIGINT') => interruption.abort(new Interrupted(signal))
  }
}

/** Runs a command to its end. */
export function naru(args: readonly string[], options: FakeOptions = {}): Promise<RunResult> {
  return start(args, options).result
}

async function* chunksOf(input: NonNullable<FakeOptions['stdin']>): AsyncGenerator<Uint8Array, void, void> {
  if (typeof input === 'string' || input instanceof Uint8Array) yield Buffer.from(input as Uint8Array)
  else yield* input
}

function answers(lines: readonly string[]): () => Promise<string | undefined> {
  let next = 0
  return () => Promise.resolve(lines[next++])
}
