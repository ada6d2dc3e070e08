/**
 * The contract between a connection and the handler of one API key.
 *
 * A handler file `handlers/NN-name.ts` exports `handler` (default range: what Apache Kafka 4.2 serves) and begins
 * with a list of its behaviours, its notes per version and what it leaves out on purpose. Handlers hold no state:
 * what lives longer than a request belongs to a service in `BrokerContext`.
 */
import type { ApiMessage } from '@naru/protocol'
import type { SharedMemory } from '@naru/storage'
import type { BrokerContext } from './context.ts'

/** What a request must be allowed to do before its handler runs (checked per resource inside where lists are answered). */
export type Permission =
  | 'none'
  | 'cluster:alter'
  | 'cluster:describe'
  | 'cluster:idempotent-write'
  | 'group:delete'
  | 'group:describe'
  | 'group:read'
  | 'topic:alter'
  | 'topic:create'
  | 'topic:delete'
  | 'topic:describe'
  | 'topic:read'
  | 'topic:write'
  | 'transactional-id:describe'
  | 'transactional-id:write'

/** The connection that a request came in on, as handlers may see it. */
export interface ClientInfo {
  readonly connectionId: number
  /** Address and port that the client used to reach us: the advertised address unless one is configured. */
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** Aborts when the connection is gone, so that long polls end. */
  readonly closed: AbortSignal
}

export interface RequestContext {
  readonly broker: BrokerContext
  readonly client: ClientInfo
  readonly version: number
  readonly correlationId: number
  /** Null when the client sends none. */
  readonly clientId: string | null
  /** Bytes of the receive buffer that views into the request keep alive. */
  readonly frameBytes: number
  /** What the request lies in: whoever keeps views into it beyond the answer holds it. */
  readonly memory: SharedMemory | undefined
}

/** Nothing is sent (Produce with acks=0). */
export const NO_RESPONSE: unique symbol = Symbol('no response')

/** The connection is closed without an answer, as Kafka does where no answer fits; the reason goes into the log. */
export class CloseConnection {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** An answer with bytes in lent memory, which is given back when the bytes have left. */
export class LentResponse<Response> {
  readonly response: Response
  readonly release: () => void

  constructor(response: Response, release: () => void) {
    this.response = response
    this.release = release
  }
}

export type HandlerResult<Response> = Response | LentResponse<Response> | typeof NO_RESPONSE | CloseConnection

export interface ApiHandler<Request, Response> {
  readonly message: ApiMessage<Request, Response>
  /** Narrows what Kafka 4.2 serves where we serve less (unstable versions are left out anyway). */
  readonly maxVersion?: number
  readonly permission: Permission
  /** May start while earlier requests of the same connection that say so too are still running; answers keep their order. */
  readonly pipelined?: boolean
  /** Answers at once or later. Throwing is a bug: the connection is closed and the error logged. */
  handle(
    context: RequestContext,
    request: Request
  ): HandlerResult<Response> | Promise<HandlerResult<Response>>
}

/** The version that the ApiVersions handler sees when the client's is one that we do not know. */
export const UNKNOWN_VERSION = -1
