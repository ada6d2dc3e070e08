/** One process that is kept alive: started, watched, started again after a growing wait, and stopped when asked. */
import { type ChildProcess, spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { LAST_LINES_MAX } from '../../limits.ts'
import { BackOff } from '../back-off.ts'
import { Lines, eventLine } from '../lines.ts'
import type { ProcessSpec } from '../process-spec.ts'
import type { ProcessState, ProcessStatus } from '../status.ts'
import type { Reaper } from './reaper.ts'

/** What the owner of a process hears of it. */
export interface Observer {
  onLine(process: Supervised, line: string): void
  onState(process: Supervised): void
}

const READY_POLL_MS = 20

export class Supervised {
  readonly spec: ProcessSpec
  /** `barista-2`: the second one of its name. */
  readonly label: string
  readonly #reaper: Reaper
  readonly #observer: Observer
  readonly #backOff = new BackOff()
  readonly #lastLines: string[] = []
  #child: ChildProcess | undefined
  #state: ProcessState = 'starting'
  #startedMs = 0
  #restarts = 0
  #stopping = false
  #timer: NodeJS.Timeout | undefined
  #ready = Promise.withResolvers<Readonly<Record<string, unknown>>>()
  #ended = Promise.withResolvers<void>()

  constructor(spec: ProcessSpec, label: string, reaper: Reaper, observer: Observer) {
    this.spec = spec
    this.label = label
    this.#reaper = reaper
    this.#observer = observer
    this.#ready.promise.catch(() => undefined)
    this.#start()
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves when it is ready for the first time, to the fields of its ready line; rejects when it is stopped before. */
  get ready(): Promise<Readonly<Record<string, unknown>>> {
    return this.#ready.promise
  }

  get status(): ProcessStatus {
    return {
      name: this.spec.name,
      label: this.label,
      state: this.#state,
      pid: this.pid ?? null,
      restarts: this.#restarts,
      uptimeMs: this.#state === 'waiting' || this.#state === 'stopped' ? 0 : this.#ranMs(),
      lastLines: [...this.#lastLines]
    }
  }

  /** Asks it to end, and ends it when it has not by then; resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    this.#ready.reject(new Error(`${this.label} was stopped before it was ready`))
    if (this.#child === undefined) return this.#become('stopped')
    this.#become('stopping')
    this.#child.kill(this.spec.stopSignal ?? 'SIGTERM')
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), graceMs)
    await this.#ended.promise
    clearTimeout(timer)
  }

  #start(): void {
    const { command, env, cwd, owner, goAhead } = this.spec
    const [program = '', ...args] = command
    this.#startedMs = performance.now()
    const child = spawn(program, args, {
      env: { ...process.env, ...env, NARU_PROCESS: this.label },
      stdio: [goAhead === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // In a session of its own: Ctrl-C is for the supervisor, which stops the processes in order.
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...owner
    })
    this.#child = child
    if (child.pid !== undefined) this.#reaper.add(child.pid, this.spec.stopSignal ?? 'SIGTERM')
    if (goAhead !== undefined) endInput(child, goAhead)
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      const lines = new Lines((line) => this.#line(line))
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(text))
      stream.on('end', () => lines.end())
    }
    child.once('error', (error) => {
      this.#line(`cannot be started: ${error.message}`)
      if (child.pid === undefined) this.#gone(child, 'not started')
    })
    child.once('exit', (code, signal) => this.#gone(child, signal ?? `exit code ${code}`))
    this.#become('starting')
    if (this.spec.readyEvent === undefined) this.#untilReady(child).catch(() => undefined)
  }

  /** A process that cannot say by itself that it is ready is asked from outside. */
  async #untilReady(child: ChildProcess): Promise<void> {
    const { isReady } = this.spec
    const isStarting = (): boolean => this.#child === child && this.#state === 'starting'
    while (isStarting()) {
      const { pid } = child
      if (isReady === undefined || (pid !== undefined && (await isReady(pid).catch(() => false)))) {
        if (isStarting()) this.#becomeReady({})
        return
      }
      await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS))
    }
  }

  #line(line: string): void {
    const ready = eventLine(line, this.spec.readyEvent)
    if (ready !== undefined) {
      if (this.#state === 'starting') this.#becomeReady(ready)
      return
    }
    this.#lastLines.push(line)
    if (this.#lastLines.length > LAST_LINES_MAX) this.#lastLines.shift()
    this.#observer.onLine(this, line)
  }

  #becomeReady(fields: Readonly<Record<string, unknown>>): void {
    this.#become('ready')
    this.#ready.resolve(fields)
  }

  #gone(child: ChildProcess, how: string): void {
    if (this.#child !== child) return
    this.#child = undefined
    if (child.pid !== undefined) this.#reaper.remove(child.pid)
    if (this.#stopping) {
      this.#become('stopped')
      this.#ended.resolve()
      return
    }
    const delayMs = this.#backOff.next(this.#ranMs())
    this.#line(`ended (${how}); starts again in ${delayMs} ms`)
    this.#become('waiting')
    this.#restarts += 1
    this.#timer = setTimeout(() => this.#start(), delayMs)
  }

  #become(state: ProcessState): void {
    this.#state = state
    this.#observer.onState(this)
  }

  #ranMs(): number {
    return Math.round(performance.now() - this.#startedMs)
  }
}

function endInput({ stdin }: ChildProcess, goAhead: Promise<unknown>): void {
  // One that dies before breaks its input, and is told of as every death is.
  stdin?.on('error', () => undefined)
  const end = (): void => void stdin?.end()
  goAhead.then(end, end)
}
