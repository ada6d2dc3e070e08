/**
 * One try of one record, or of a batch: read, check, call, wait at most until the deadline.
 *
 * A handler that returns at once, publishes nothing and has no store costs neither a promise nor a timer. With a store
 * the try is one transaction: the inbox marks the event, the handler works, the outbox keeps what it published.
 */
import { asError, ServiceError } from '../errors.ts'
import { encodeEvent } from '../event/encode-event.ts'
import { HeaderName } from '../event/headers.ts'
import { validate } from '../event/validate.ts'
import type { Outcome, Work } from '../executor/work.ts'
import type { Store, Transaction } from '../ports.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { Attempt, type AttemptEnvironment, type PublishMode } from './attempt.ts'
import { RecordContext } from './context.ts'
import type { Route } from './route.ts'
import { beforeHandler } from './store-unavailable.ts'

export interface RunnerOptions {
  readonly group: string
  readonly environment: AttemptEnvironment
  readonly store: Store | undefined
  /** Publications wait for the commit of the record. */
  readonly isExactlyOnce: boolean
  readonly telemetry: Telemetry
}

/** Stands for a record of an event that the inbox knows already: it is done with. */
const SEEN = Symbol('seen')

export class HandlerRunner {
  readonly #options: RunnerOptions
  readonly #mode: PublishMode
  /** Tries that are waited for, by the partition run that they belong to. */
  readonly #open = new Map<Attempt, object>()

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#mode = options.store !== undefined || options.isExactlyOnce ? 'kept' : 'now'
  }

  run(owner: object, route: Route, works: readonly Work[]): Outcome | Promise<Outcome> {
    const [work] = works
    if (work === undefined) return undefined
    const payloads: unknown[] = []
    let isWaiting = false
    try {
      for (const { record } of works) {
        const payload = validate(route.event, parseJson(record.valueText()))
        if (payload instanceof Promise) {
          payload.catch(() => undefined)
          isWaiting = true
        }
        payloads.push(payload)
      }
    } catch (thrown) {
      return asError(thrown)
    }
    const { environment, store, telemetry } = this.#options
    const causeId = (): string | undefined => work.record.headerText(HeaderName.id)
    const attempt = new Attempt(environment, this.#mode, causeId)
    if (isWaiting || store !== undefined || telemetry.isTracing) {
      return this.#runAsync(owner, route, works, attempt, payloads)
    }
    try {
      const result = route.handler(route.isBatch ? payloads : payloads[0], new RecordContext(attempt, work))
      const isDone = !isThenable(result) && !attempt.hasPublished && route.reply === undefined
      if (isDone) return undefined
      return this.#finish(owner, route, works, attempt, result)
    } catch (thrown) {
      return asError(thrown)
    }
  }

  /** Gives up the tries of these partitions: their signals abort, and nobody waits for them any more. */
  abort(owners: ReadonlySet<object>, reason: Error): void {
    for (const [attempt, owner] of this.#open) if (owners.has(owner)) attempt.abort(reason)
  }

  async #finish(
    owner: object,
    route: Route,
    works: readonly Work[],
    attempt: Attempt,
    result: unknown
  ): Promise<Outcome> {
    const work = works[0] as Work
    this.#open.set(attempt, owner)
    try {
      await this.#within(route, attempt, async () => {
        await this.#reply(route, work, attempt, await result)
        await attempt.settle()
      })
      if (attempt.kept.length > 0) work.staged = attempt.kept
      return undefined
    } catch (thrown) {
      return asError(thrown)
    }
  }

  async #runAsync(
    owner: object,
    route: Route,
    works: readonly Work[],
    attempt: Attempt,
    payloads: readonly unknown[]
  ): Promise<Outcome> {
    const work = works[0] as Work
    const { store, telemetry } = this.#options
    const context = new RecordContext(attempt, work)
    this.#open.set(attempt, owner)
    const span = telemetry.startHandling(route, works)
    attempt.trace = span?.trace
    let isWithStore = store !== undefined
    const body = async (transaction: Transaction | undefined): Promise<void> => {
      attempt.db = transaction
      isWithStore = false
      const read = await Promise.all(payloads)
      isWithStore = transaction !== undefined
      const fresh = transaction === undefined ? read : await this.#fresh(transaction, works, read)
      if (fresh.length === 0) return
      isWithStore = false
      const handle = async (): Promise<unknown> => route.handler(route.isBatch ? fresh : fresh[0], context)
      const result = await (span === undefined ? handle() : span.within(handle))
      await this.#reply(route, work, attempt, result)
      await attempt.settle()
      if (transaction !== undefined && attempt.kept.length > 0) {
        await store?.outbox.write(transaction, attempt.kept)
      }
    }
    try {
      // The deadline lies within the transaction, which then rolls back.
      const bounded = (transaction: Transaction | undefined): Promise<void> =>
        this.#within(route, attempt, () => body(transaction))
      if (store === undefined) await bounded(undefined)
      else await store.database.transaction(bounded)
      if (store === undefined && attempt.kept.length > 0) work.staged = attempt.kept
      span?.end(undefined)
      return undefined
    } catch (thrown) {
      const error = isWithStore ? beforeHandler(thrown, route.event.name) : asError(thrown)
      span?.end(error)
      return error
    } finally {
      this.#open.delete(attempt)
    }
  }

  /** Payloads whose events this group has not taken before; marks them. */
  async #fresh(
    transaction: Transaction,
    works: readonly Work[],
    payloads: readonly unknown[]
  ): Promise<readonly unknown[]> {
    const { group, store } = this.#options
    const fresh: unknown[] = []
    for (const [index, work] of works.entries()) {
      const eventId = work.record.headerText(HeaderName.id)
      const isFirst =
        eventId === undefined || (await store?.inbox.mark(transaction, { group, eventId })) !== false
      fresh.push(isFirst ? payloads[index] : SEEN)
    }
    return fresh.filter((payload) => payload !== SEEN)
  }

  async #reply(route: Route, { record }: Work, attempt: Attempt, result: unknown): Promise<void> {
    const topic = record.headerText(HeaderName.replyTopic)
    const correlationId = record.headerText(HeaderName.correlationId)
    if (route.reply === undefined || topic === undefined || correlationId === undefined) return
    const headers = [[HeaderName.correlationId, correlationId]] as const
    const id = `${correlationId}.reply`
    await attempt.give(await encodeEvent(attempt.environment, route.reply, result, { id, topic, headers }))
  }

  /** The result of `work`, unless the deadline or `abort` comes first; then nobody waits for it any more. */
  #within(route: Route, attempt: Attempt, work: () => Promise<void>): Promise<void> {
    const { timers } = this.#options.environment
    // Given up while it waited for a connection: the record is somebody else's now.
    if (attempt.abortReason !== undefined) return Promise.reject(attempt.abortReason)
    return new Promise((resolve, reject) => {
      const timer = timers.after(route.deadlineMs, () => {
        const message = `the handler of ${route.event.name} did not end within ${route.deadlineMs} ms`
        attempt.abort(new ServiceError('DEADLINE_EXCEEDED', message, { retriable: true }))
      })
      const end = (): void => {
        timer.cancel()
        this.#open.delete(attempt)
      }
      attempt.onAbort = (reason) => {
        end()
        reject(reason)
      }
      work().then(
        () => {
          end()
          resolve()
        },
        (error: unknown) => {
          end()
          reject(asError(error))
        }
      )
    })
  }
}

function parseJson(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ServiceError('NOT_AN_EVENT', 'the value of the record is not JSON', { cause })
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
