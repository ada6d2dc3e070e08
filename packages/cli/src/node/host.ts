/** The real process. */
import { nodeClock, nodeTimers } from '@naru/base/node'
import { type Host, type Input, Interrupted, type Output } from '../host.ts'

const COLUMNS_DEFAULT = 80

class ProcessOutput implements Output {
  readonly #stream: NodeJS.WriteStream
  #failure: Error | undefined

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    // `| head` closes the pipe; without a listener that would end the process with a stack trace.
    stream.on('error', (error: Error) => (this.#failure = error))
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY
  }

  get columns(): number {
    return this.#stream.columns ?? COLUMNS_DEFAULT
  }

  write(data: string | Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const more = this.#stream.write(data, (error) => {
        if (error !== null && error !== undefined) reject(error)
        else if (!more) resolve()
      })
      // What fits into the buffer needs no wait; a failure shows at the next write.
      if (more) resolve()
    })
  }
}

class ProcessInput implements Input {
  get isTerminal(): boolean {
    return process.stdin.isTTY
  }

  chunks(): AsyncIterable<Uint8Array> {
    return process.stdin as AsyncIterable<Buffer>
  }

  async line(): Promise<string | undefined> {
    // Loaded for people only: it would cost every start some milliseconds.
    const { createInterface } = await import('node:readline')
    const lines = createInterface({ input: process.stdin })
    try {
      for await (const line of lines) return line
      return undefined
    } finally {
      lines.close()
    }
  }
}

const INTERRUPTED_EXIT = 130

function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted && signal === 'SIGINT') process.exit(INTERRUPTED_EXIT)
      controller.abort(new Interrupted(signal))
    })
  }
  return controller.signal
}

export function processHost(): Host {
  return {
    args: process.argv.slice(2),
    env: process.env,
    stdin: new ProcessInput(),
    stdout: new ProcessOutput(process.stdout),
    stderr: new ProcessOutput(process.stderr),
    clock: nodeClock,
    timers: nodeTimers,
    interrupted: interruption(),
    readFile: (path) => process.getBuiltinModule('node:fs/promises').readFile(path, 'utf8'),
    flushCompileCache: () => process.getBuiltinModule('node:module').flushCompileCache?.(),
    uptimeMs: () => process.uptime() * 1_000
  }
}
