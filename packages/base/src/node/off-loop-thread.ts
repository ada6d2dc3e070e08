/** The other end of `off-loop.ts`: loads the module of a task when it is first asked for, and runs it. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { errorCode } from '../errors.ts'

/** What a thread is started with, so that other worker threads that import this module stay what they are. */
export const threadMark = 'naru-off-loop'

/** Where a thread begins. */
export const threadUrl: URL = new URL(import.meta.url)

export interface Order {
  readonly module: string
  readonly name: string
  readonly input: unknown
}

/** Errors lose what they carry on the way between threads, so that their code goes by itself. */
export type Outcome =
  | { readonly output: unknown }
  | { readonly error: { readonly code: string | undefined; readonly message: string } }

interface Runnable {
  run(input: unknown): unknown
}

if (!isMainThread && workerData === threadMark) {
  parentPort?.on('message', (order: Order) => void answer(order))
}

async function answer(order: Order): Promise<void> {
  try {
    const module = (await import(order.module)) as Readonly<Record<string, Runnable | undefined>>
    const task = module[order.name]
    if (task === undefined) throw new TypeError(`${order.module} exports no ${order.name}`)
    const output = task.run(order.input)
    post({ output }, ownBuffers(output))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    post({ error: { code: errorCode(error), message } }, [])
  }
}

function post(outcome: Outcome, transfer: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(outcome, [...transfer])
}

/** Arrays of the result that have a buffer to themselves are handed over instead of copied. */
function ownBuffers(output: unknown): ArrayBuffer[] {
  if (typeof output !== 'object' || output === null) return []
  const buffers = Object.values(output).flatMap((value) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer
      ? value.byteLength === value.buffer.byteLength
        ? [value.buffer]
        : []
      : []
  )
  return [...new Set(buffers)]
}
