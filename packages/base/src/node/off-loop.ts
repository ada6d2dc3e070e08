/**
 * `OffLoop` over one worker thread, which is started by the first task and ended when there was none for a
 * while, so that a process that never needs it does not pay for it.
 */
import type { Worker } from 'node:worker_threads'
import { NaruError } from '../errors.ts'
import type { OffLoop, OffLoopTask } from '../off-loop.ts'
import type { Order, Outcome } from './off-loop-thread.ts'

/** A thread without work is kept for this long. */
const idleMsMax = 10_000

export class ThreadOffLoop implements OffLoop, AsyncDisposable {
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()

  run<Input, Output>(
    task: OffLoopTask<Input, Output>,
    input: Input,
    transfer: readonly ArrayBuffer[] = []
  ): Promise<Output> {
    const { module, name } = task
    const result = this.#last.then(() => this.#ask({ module, name, input }, transfer))
    this.#last = result.catch(() => undefined)
    return result as Promise<Output>
  }

  async #ask(order: Order, transfer: readonly ArrayBuffer[]): Promise<unknown> {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= await this.#start())
    worker.ref()
    worker.postMessage(order, [...transfer])
    const outcome = await this.#outcome(worker)
    worker.unref()
    this.#idle = setTimeout(() => void this.end(), idleMsMax).unref()
    if ('error' in outcome) throw new NaruError(outcome.error.code ?? 'TASK_FAILED', outcome.error.message)
    return outcome.output
  }

  #outcome(worker: Worker): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        worker.removeAllListeners('message')
        worker.removeAllListeners('exit')
        resolve(outcome)
      }
      worker.once('message', settle)
      worker.once('exit', (code) => {
        this.#worker = undefined
        settle({ error: { code: 'THREAD_ENDED', message: `the worker thread ended with code ${code}` } })
      })
    })
  }

  async #start(): Promise<Worker> {
    const { threadMark, threadUrl } = await import('./off-loop-thread.ts')
    const threads = process.getBuiltinModule('node:worker_threads')
    const worker = new threads.Worker(threadUrl, { workerData: threadMark })
    // What goes wrong in the thread ends it, and the task that was running is told by its exit.
    worker.on('error', () => undefined)
    return worker
  }

  /** Ends the thread; the next task starts another one. */
  async end(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}

/** One thread for the whole process. */
export const threadOffLoop: ThreadOffLoop = new ThreadOffLoop()
