/** The way in: a service with its handlers, from its definition to its stop. */
import { checkOptions } from '@naru/client/options'
import { type AsyncApiDocument, asyncApiDocument } from './contracts/asyncapi.ts'
import { ServiceError } from './errors.ts'
import type { AnySchema, EventDefinition, EventInput, EventOutput } from './event/define-event.ts'
import { encodeEvent } from './event/encode-event.ts'
import { waiting } from './handler/attempt.ts'
import type { AnyContext, HandlerContext, Publish, PublishOptions } from './handler/context.ts'
import { RouteTable } from './handler/route-table.ts'
import { BATCH_RECORDS_MAX } from './limits.ts'
import type { OutgoingEvent, Store, Transaction } from './ports.ts'
import { Requests } from './publish/requests.ts'
import type { RetryPolicy } from './retry/retry-policy.ts'
import { type Health, healthOf } from './runtime/health.ts'
import { ServiceRuntime } from './runtime/service-runtime.ts'
import {
  type ServiceOptions,
  type ServiceSettings,
  retryPolicy,
  serviceSettings
} from './runtime/settings.ts'

export interface HandlerOptions {
  readonly retry?: Partial<RetryPolicy> | undefined
  /** One try; then its signal aborts and the try counts as failed. */
  readonly deadlineMs?: number | undefined
}

export interface BatchHandlerOptions extends HandlerOptions {
  /** Records in one call at most. */
  readonly max?: number | undefined
}

export type Handler<S extends AnySchema, Db> = (data: EventOutput<S>, context: HandlerContext<Db>) => unknown

export type BatchHandler<S extends AnySchema, Db> = (
  data: ReadonlyArray<EventOutput<S>>,
  context: HandlerContext<Db>
) => unknown

export type RequestHandler<S extends AnySchema, R extends AnySchema, Db> = (
  data: EventOutput<S>,
  context: HandlerContext<Db>
) => EventInput<R> | Promise<EventInput<R>>

export interface ServicePublishOptions<Db> extends PublishOptions {
  /** An open transaction of the service's store: the event is published when that commits. */
  readonly db?: Db | undefined
}

export interface RequestOptions extends PublishOptions {
  /** 10 seconds when left out. */
  readonly timeoutMs?: number | undefined
}

type State = 'defined' | 'starting' | 'running' | 'stopping' | 'stopped'

const REQUEST_TIMEOUT_MS = 10_000

export class Service<Db = undefined> implements AsyncDisposable {
  readonly name: string
  readonly #settings: ServiceSettings
  #table: RouteTable
  #runtime: ServiceRuntime | undefined
  #requests: Requests | undefined
  #state: State = 'defined'
  #stopped: Promise<void> | undefined
  readonly #ended = Promise.withResolvers<void>()

  constructor(settings: ServiceSettings) {
    this.name = settings.name
    this.#settings = settings
    this.#table = new RouteTable(settings)
    this.#ended.promise.catch(() => undefined)
  }

  /** Resolves after `stop`; rejects when the service could not go on. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Handles one event at a time per key. What the handler returns is ignored; what it throws is retried. */
  on<S extends AnySchema>(
    event: EventDefinition<S>,
    handler: Handler<S, Db>,
    options: HandlerOptions = {}
  ): this {
    return this.#add({ event, handler: handler as never, options, isBatch: false, batchMax: 1 })
  }

  /** Handles what is there in one call, in order per key; after a failure each record runs alone. */
  onBatch<S extends AnySchema>(
    event: EventDefinition<S>,
    handler: BatchHandler<S, Db>,
    { max = BATCH_RECORDS_MAX, ...options }: BatchHandlerOptions = {}
  ): this {
    if (!Number.isInteger(max) || max < 1 || max > BATCH_RECORDS_MAX) {
      throw new ServiceError('INVALID_OPTION', `a batch has from 1 to ${BATCH_RECORDS_MAX} records`)
    }
    return this.#add({ event, handler: handler as never, options, isBatch: true, batchMax: max })
  }

  /** Answers requests: what the handler returns goes to who asked. */
  onRequest<S extends AnySchema, R extends AnySchema>(
    request: EventDefinition<S>,
    reply: EventDefinition<R>,
    handler: RequestHandler<S, R, Db>,
    options: HandlerOptions = {}
  ): this {
    const route = { event: request, handler: handler as never, options, isBatch: false, batchMax: 1 }
    return this.#add({ ...route, reply })
  }

  /** Connects, makes what is missing, registers contracts, joins the group; resolves when the service works. */
  async start(): Promise<this> {
    if (this.#state !== 'defined')
      throw new ServiceError('NOT_STARTED', `the service is ${this.#state} already`)
    this.#state = 'starting'
    const runtime = new ServiceRuntime(this.#settings, () => this.#table)
    const { timers, random } = this.#settings
    this.#runtime = runtime
    this.#requests = new Requests({
      client: runtime.client,
      timers,
      random,
      replyTopic: `${this.name}.replies.${runtime.instanceId}`,
      onTrouble: (error) => runtime.onTrouble(error)
    })
    try {
      await runtime.start()
    } catch (error) {
      const isStopped = this.#stopped !== undefined
      await this.#stopped
      this.#state = 'stopped'
      await runtime.stop()
      if (!isStopped) this.#ended.reject(error)
      throw error
    }
    this.#state = 'running'
    runtime.failed
      .then(async (error) => {
        await this.stop()
        this.#ended.reject(error)
      })
      .catch((error: unknown) => this.#ended.reject(error))
    return this
  }

  /** Finishes what runs, hands over the rest, and leaves; within `stopMs` and a little. Twice is once. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Ends as a process that is killed ends: nothing is committed and nobody is told. For tests. */
  async kill(): Promise<void> {
    this.#state = 'stopped'
    this.#stopped = Promise.resolve()
    await this.#runtime?.kill()
    await this.#requests?.close({ keepTopic: true })
    this.#ended.resolve()
  }

  /** Publishes outside of handlers; resolves to the event's id when the log, or the transaction, has it. */
  async publish<S extends AnySchema>(
    event: EventDefinition<S>,
    data: EventInput<S>,
    options: ServicePublishOptions<Db> = {}
  ): Promise<string> {
    const runtime = this.#running()
    const { db } = options
    return this.#publishing(runtime, event, data, options, (outgoing) =>
      db === undefined
        ? runtime.send([outgoing])
        : this.#store().outbox.write(db as unknown as Transaction, [outgoing])
    )
  }

  /** A transaction of the store in which `publish` writes to the outbox: all of it happens, or nothing. */
  async transaction<T>(
    work: (tools: { readonly db: Db; readonly publish: Publish }) => Promise<T>
  ): Promise<T> {
    const runtime = this.#running()
    const store = this.#store()
    return store.database.transaction(async (transaction) => {
      const kept: OutgoingEvent[] = []
      const publish: Publish = (event, data, options) =>
        this.#publishing(runtime, event, data, options ?? {}, async (outgoing) => void kept.push(outgoing))
      const result = await work({ db: transaction as unknown as Db, publish })
      if (kept.length > 0) await store.outbox.write(transaction, kept)
      return result
    })
  }

  /** Asks and waits for the answer of whoever handles the request; rejects with REQUEST_TIMED_OUT or REQUEST_FAILED. */
  async request<S extends AnySchema, R extends AnySchema>(
    request: EventDefinition<S>,
    reply: EventDefinition<R>,
    data: EventInput<S>,
    { timeoutMs = REQUEST_TIMEOUT_MS, ...options }: RequestOptions = {}
  ): Promise<EventOutput<R>> {
    const runtime = this.#running()
    const requests = this.#requests as Requests
    const answer = await requests.request(reply, timeoutMs, async (headers) => {
      const all = [...(options.headers ?? []), ...headers]
      await this.#publishing(runtime, request, data, { ...options, headers: all }, (outgoing) =>
        runtime.send([outgoing])
      )
    })
    return answer
  }

  /** Puts new code in the place of the handlers, without leaving the group; for development. */
  reload(define: (service: this) => void): void {
    const before = this.#table
    this.#table = new RouteTable(this.#settings)
    try {
      define(this)
      const isSame = String(this.#table.topics) === String(before.topics)
      if (this.#state === 'running' && !isSame) {
        throw new ServiceError('INVALID_OPTION', 'a reload keeps the topics; restart the service for others')
      }
    } catch (error) {
      this.#table = before
      throw error
    }
  }

  /** An AsyncAPI 3 document of what the service receives, and of what it says that it publishes. */
  asyncapi(options: { readonly version?: string } = {}): AsyncApiDocument {
    const { routes } = this.#table
    return asyncApiDocument({
      service: this.name,
      version: options.version ?? '1.0.0',
      receives: routes.map(({ event }) => event),
      sends: [...this.#settings.publishes, ...routes.flatMap(({ reply }) => reply ?? [])]
    })
  }

  /** What a probe asks: whether the service lives, works, and how much waits. */
  health(signal?: AbortSignal): Promise<Health> {
    const { store, timers } = this.#settings
    const subject = { name: this.name, state: this.#state, runtime: this.#runtime, store }
    return healthOf(subject, timers, signal)
  }

  #add(route: {
    readonly event: EventDefinition<AnySchema>
    readonly handler: (data: unknown, context: AnyContext) => unknown
    readonly options: HandlerOptions
    readonly isBatch: boolean
    readonly batchMax: number
    readonly reply?: EventDefinition<AnySchema>
  }): this {
    const { event, handler, options, isBatch, batchMax, reply } = route
    checkOptions('on', options, ['retry', 'deadlineMs'])
    const { deadlineMs, retry } = this.#settings
    this.#table.add({
      event,
      handler,
      isBatch,
      batchMax,
      reply,
      policy: retryPolicy(options.retry, retry),
      deadlineMs: options.deadlineMs ?? deadlineMs
    })
    return this
  }

  /** Encodes and hands over to `give`, within one span; resolves to the event's id. */
  async #publishing<S extends AnySchema>(
    runtime: ServiceRuntime,
    event: EventDefinition<S>,
    data: EventInput<S>,
    options: PublishOptions,
    give: (outgoing: OutgoingEvent) => Promise<void>
  ): Promise<string> {
    const { environment, telemetry } = runtime
    const { id, headers } = options
    await runtime.registerWriter(event)
    const { topic, name } = event
    return telemetry.publishing({ topic, name, cause: undefined }, async (trace) => {
      const outgoing = await encodeEvent(environment, event, data, { id, headers, trace })
      await give(waiting(environment, outgoing, options))
      return outgoing.id
    })
  }

  #running(): ServiceRuntime {
    if (this.#state === 'running' && this.#runtime !== undefined) return this.#runtime
    throw new ServiceError('NOT_STARTED', `the service ${this.name} is ${this.#state}, not running`)
  }

  #store(): Store {
    const { store } = this.#settings
    if (store !== undefined) return store
    throw new ServiceError('INVALID_OPTION', `the service ${this.name} has no store`)
  }

  async #stop(): Promise<void> {
    if (this.#state === 'defined') this.#state = 'stopped'
    if (this.#state === 'stopped') return
    this.#state = 'stopping'
    await this.#requests?.close()
    await this.#runtime?.stop()
    this.#state = 'stopped'
    this.#ended.resolve()
  }
}

/**
 * Defines a service; handlers come by `on`, and `start` brings it to life. Throws INVALID_OPTION for options that do
 * not exist.
 *
 * ```ts
 * const barista = defineService({ name: 'barista', bootstrap: '127.0.0.1:9092' })
 * barista.on(orderPlaced, async (order, { publish }) => {
 *   await publish(orderReady, { orderId: order.orderId })
 * })
 * await barista.start()
 * ```
 */
export function defineService<Native>(
  options: ServiceOptions<Native> & { readonly store: Store<Native> }
): Service<Transaction<Native>>
export function defineService(options: ServiceOptions & { readonly store?: undefined }): Service
export function defineService(options: ServiceOptions): Service<unknown> {
  return new Service(serviceSettings(options))
}
