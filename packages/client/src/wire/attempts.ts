/** One call with its deadline, its retries and its way to be aborted. */
import { type Clock, type Timers, sleep } from '@naru/base'
import { timeout, toKafkaError } from '../errors.ts'

export interface RetryPolicy {
  readonly requestTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMsMax: number
}

export interface AttemptOptions {
  /** For the message when time is up. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
  /** Asked before each retry; false gives up with the error. */
  readonly retry?: (error: Error) => boolean
}

/** Repeats `attempt` while its errors are retriable, until the deadline, then fails with the last error. */
export async function withRetries<T>(
  environment: { readonly clock: Clock; readonly timers: Timers; readonly policy: RetryPolicy },
  options: AttemptOptions,
  attempt: () => Promise<T>
): Promise<T> {
  const { clock, timers, policy } = environment
  const deadlineMs = clock.monotonicMs() + policy.requestTimeoutMs
  for (
    let backoffMs = policy.retryBackoffMs;
    ;
    backoffMs = Math.min(backoffMs * 2, policy.retryBackoffMsMax)
  ) {
    options.signal?.throwIfAborted()
    const leftMs = deadlineMs - clock.monotonicMs()
    try {
      return await within(timers, leftMs, { ...options, timeoutMs: policy.requestTimeoutMs }, attempt())
    } catch (thrown) {
      if (options.signal?.aborted === true) throw thrown
      const error = toKafkaError(thrown)
      const late = clock.monotonicMs() + backoffMs >= deadlineMs
      if (!error.retriable || late || options.retry?.(error) === false) throw error
    }
    await sleep(timers, backoffMs, options.signal)
  }
}

/** The result of `work`, unless time is up or the signal aborts before it is there. */
function within<T>(
  timers: Timers,
  leftMs: number,
  options: AttemptOptions & { readonly timeoutMs: number },
  work: Promise<T>
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const timer = timers.after(Math.max(0, leftMs), () => reject(timeout(options.what, options.timeoutMs)))
  const onAbort = (): void => reject(options.signal?.reason as Error)
  options.signal?.addEventListener('abort', onAbort, { once: true })
  work.then(resolve, reject)
  return promise.finally(() => {
    timer.cancel()
    options.signal?.removeEventListener('abort', onAbort)
  })
}
