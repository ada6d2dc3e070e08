/**
 * The narrow waist of the client: one request to one broker and its decoded answer.
 *
 * Connections, versions and codecs are the library's (`@platformatic/kafka`, its connection pool and its
 * per-version encoders). What lies above (retries, deadlines, metadata, producer, consumer, admin) is ours,
 * because the library's own clients hide the brokers' error codes, skip internal topics, take no AbortSignal and
 * cannot read without a group. Error codes inside an answer are values here: nothing is thrown for them.
 */
import type { Clock, Timers } from '@naru/base'
import type { FetchRequest, FetchResponse } from '@naru/protocol/messages/01-fetch'
import { Base, kGetApi, type API, type Callback, type Connection } from '@platformatic/kafka'
import { KafkaError, brokerError, responseOf, toKafkaError } from '../errors.ts'
import { REQUESTS_IN_FLIGHT_MAX } from '../limits.ts'
import { type BrokerAddress, distinctAddresses, parseAddresses } from './addresses.ts'
import type { ApiName, Apis } from './apis.ts'
import { type RetryPolicy, withRetries } from './attempts.ts'
import { sendFetch } from './fetch-api.ts'

export interface WireOptions extends RetryPolicy {
  readonly bootstrap: string | readonly string[]
  readonly clientId: string
  readonly connectTimeoutMs: number
  readonly clock: Clock
  readonly timers: Timers
}

/** Which broker a request goes to: any, one by its node id, or the coordinator of a group or a transaction. */
export type Target =
  | { readonly kind: 'any' }
  | { readonly kind: 'node'; readonly nodeId: number }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'transaction'; readonly transactionalId: string }

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** In place of the client's `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined
}

/** Where the brokers of one cluster live; shared by all connections of a client. */
interface Directory {
  brokers: ReadonlyMap<number, BrokerAddress>
  connectedOnce: boolean
}

type AnyApi = API<unknown[], unknown>

/** FindCoordinator's key types. */
const COORDINATOR_KEYS = { group: 0, transaction: 1 } as const

export class Wire implements AsyncDisposable {
  readonly options: WireOptions
  readonly #base: Base
  readonly #bootstrap: readonly BrokerAddress[]
  readonly #coordinators = new Map<string, BrokerAddress>()
  readonly #directory: Directory
  #closed = false

  constructor(options: WireOptions, directory: Directory = { brokers: new Map(), connectedOnce: false }) {
    this.options = options
    this.#directory = directory
    this.#bootstrap = parseAddresses(options.bootstrap)
    this.#base = new Base({
      clientId: options.clientId,
      bootstrapBrokers: this.#bootstrap.map(({ host, port }) => ({ host, port })),
      connectTimeout: options.connectTimeoutMs,
      // Its own retries would hide how long a call takes; the deadline above is the only one that counts.
      requestTimeout: options.requestTimeoutMs,
      retries: 0,
      maxInflights: REQUESTS_IN_FLIGHT_MAX
    })
  }

  /** Connections of its own to the same cluster, so that long polls do not hold up other requests. */
  fork(changes: Partial<WireOptions> = {}): Wire {
    return new Wire({ ...this.options, ...changes }, this.#directory)
  }

  /** Sends one request, retrying what may heal until the deadline; resolves to the answer with its error codes. */
  call<N extends ApiName>(
    target: Target,
    name: N,
    args: Apis[N]['args'],
    options: CallOptions & {
      /** Finds the error codes in an answer that ask for another try, at another broker perhaps. */
      readonly failure?: (response: Apis[N]['response']) => Error | undefined
    } = {}
  ): Promise<Apis[N]['response']> {
    return this.retrying(`${name} request`, options, async () => {
      const response = await this.once(target, name, args)
      const failure = options.failure?.(response)
      if (failure === undefined) return response
      this.#forget(target)
      throw failure
    })
  }

  /** Runs `attempt` again while it fails with what may heal; the first contact fails at once when nobody answers. */
  retrying<T>(what: string, options: CallOptions, attempt: () => Promise<T>): Promise<T> {
    const { clock, timers, requestTimeoutMs } = this.options
    const policy = { ...this.options, requestTimeoutMs: options.timeoutMs ?? requestTimeoutMs }
    return withRetries(
      { clock, timers, policy },
      {
        what,
        signal: options.signal,
        retry: (error) =>
          !this.#closed && (this.#directory.connectedOnce || toKafkaError(error).code !== 'UNREACHABLE')
      },
      attempt
    )
  }

  /** One try, without retries. */
  async once<N extends ApiName>(
    target: Target,
    name: N,
    args: Apis[N]['args']
  ): Promise<Apis[N]['response']> {
    if (this.#closed) throw new KafkaError('CLOSED', 'the client is closed')
    try {
      const api = await this.#api(name)
      const connection = await this.#connection(target)
      return (await this.#send(api, connection, args)) as Apis[N]['response']
    } catch (error) {
      this.#forget(target)
      throw toKafkaError(error)
    }
  }

  /** One Fetch, without retries; record batches of the answer are bytes. */
  async fetch(nodeId: number, request: FetchRequest): Promise<FetchResponse> {
    if (this.#closed) throw new KafkaError('CLOSED', 'the client is closed')
    try {
      const version = await this.version('Fetch')
      return await sendFetch(await this.#connection({ kind: 'node', nodeId }), version, request)
    } catch (error) {
      throw toKafkaError(error)
    }
  }

  /** The version of a request that this cluster and the library agree on; asked for again while nobody answers. */
  version(name: ApiName, options: CallOptions = {}): Promise<number> {
    return this.retrying('ApiVersions request', options, async () => (await this.#api(name)).version)
  }

  /** Whether the cluster serves a request at all. */
  async serves(name: ApiName): Promise<boolean> {
    try {
      await this.#api(name)
      return true
    } catch (error) {
      if (toKafkaError(error).code === 'UNSUPPORTED_VERSION') return false
      throw toKafkaError(error)
    }
  }

  /** Tells where brokers live, as Metadata answered. */
  learnBrokers(brokers: Iterable<{ readonly nodeId: number } & BrokerAddress>): void {
    this.#directory.brokers = new Map([...brokers].map(({ nodeId, host, port }) => [nodeId, { host, port }]))
  }

  /** Cuts the connections; what waits for an answer fails with CLOSED or UNREACHABLE. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#base.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #api(name: ApiName): Promise<AnyApi> {
    return new Promise((resolve, reject) => {
      this.#base[kGetApi]<unknown[], unknown>(name, (error, api) => {
        if (api !== undefined) resolve(api)
        else reject(error ?? new KafkaError('UNSUPPORTED_VERSION', `no version of ${name} fits`))
      })
    })
  }

  #send(api: AnyApi, connection: Connection, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const done: Callback<unknown> = (error, response) => {
        // The library turns any error code inside an answer into an error that carries the whole answer.
        const answer = error === null || error === undefined ? response : responseOf(error)
        if (answer !== undefined) resolve(answer)
        else reject(error ?? new KafkaError('UNKNOWN_SERVER_ERROR', 'an empty answer'))
      }
      api(connection, ...args, done)
    })
  }

  async #connection(target: Target): Promise<Connection> {
    const connection = await this.#connect(await this.#addresses(target))
    this.#directory.connectedOnce = true
    return connection
  }

  async #addresses(target: Target): Promise<readonly BrokerAddress[]> {
    switch (target.kind) {
      case 'any':
        // Twice the same one makes the library's pool lose the connection that the second try opens.
        return distinctAddresses([...this.#bootstrap, ...this.#directory.brokers.values()])
      case 'node': {
        const broker = this.#directory.brokers.get(target.nodeId)
        if (broker !== undefined) return [broker]
        throw new KafkaError('BROKER_NOT_AVAILABLE', `broker ${target.nodeId} is not in the cluster now`, {
          retriable: true
        })
      }
      case 'group':
        return [await this.#coordinator('group', target.group)]
      case 'transaction':
        return [await this.#coordinator('transaction', target.transactionalId)]
    }
  }

  #connect(addresses: readonly BrokerAddress[]): Promise<Connection> {
    const candidates = addresses.map(({ host, port }) => ({ host, port }))
    return new Promise((resolve, reject) => {
      this.#base.connections.getFirstAvailable(candidates, (error, connection) => {
        if (connection !== undefined) resolve(connection)
        else reject(error ?? new KafkaError('UNREACHABLE', 'no connection', { retriable: true }))
      })
    })
  }

  async #coordinator(kind: 'group' | 'transaction', name: string): Promise<BrokerAddress> {
    const known = this.#coordinators.get(`${kind} ${name}`)
    if (known !== undefined) return known
    const response = await this.once({ kind: 'any' }, 'FindCoordinator', [COORDINATOR_KEYS[kind], [name]])
    const [found] = response.coordinators
    if (found === undefined) throw new KafkaError('COORDINATOR_NOT_AVAILABLE', 'none', { retriable: true })
    const subject = kind === 'group' ? { group: name } : {}
    const failure = brokerError(found.errorCode, found.errorMessage, subject)
    if (failure !== undefined) throw failure
    const address = { host: found.host, port: found.port }
    this.#coordinators.set(`${kind} ${name}`, address)
    return address
  }

  #forget(target: Target): void {
    if (target.kind === 'group') this.#coordinators.delete(`group ${target.group}`)
    if (target.kind === 'transaction') this.#coordinators.delete(`transaction ${target.transactionalId}`)
  }
}
