/**
 * From a frame to its handler and back to bytes. Handlers load on first use, so that a start pays for none.
 *
 * What does not decode closes the connection, as on Apache Kafka, with one exception that clients rely on:
 * an ApiVersions request of an unknown version is answered with a version 0 body and UNSUPPORTED_VERSION.
 */
import { DecodeError, Reader, Writer } from '@naru/base'
import { readRequestHeader, requestHeaderVersion, responseHeaderVersion } from '@naru/protocol'
import type { SharedMemory } from '@naru/storage'
import type { BrokerContext } from './context.ts'
import type { Frame } from './frame-assembler.ts'
import {
  CloseConnection,
  LentResponse,
  NO_RESPONSE,
  UNKNOWN_VERSION,
  type ApiHandler,
  type ClientInfo,
  type HandlerResult
} from './handler.ts'
import type { RequestInterceptor } from './interceptor.ts'
import { REQUEST_ELEMENTS_MAX } from './limits.ts'
import { handlerTable, type HandlerEntry } from './handlers/index.ts'

const API_VERSIONS_KEY = 18

export interface ParsedRequest {
  readonly kind: 'request'
  readonly key: number
  readonly version: number
  readonly correlationId: number
  readonly clientId: string | null
  readonly reader: Reader
  readonly frameBytes: number
  /** What the request lies in, held until it is answered; undefined where that is not used again. */
  readonly memory: SharedMemory | undefined
  readonly pipelined: boolean
  readonly entry: HandlerEntry
}

export type ParseResult = ParsedRequest | { readonly kind: 'refused'; readonly reason: string }

export type Reply =
  | {
      readonly kind: 'send'
      readonly chunks: readonly Uint8Array[]
      readonly bytes: number
      /** To be called when the chunks have left. */
      readonly onLeft: (() => void) | undefined
    }
  | { readonly kind: 'nothing'; readonly bytes: 0 }
  | { readonly kind: 'close'; readonly reason: string; readonly bytes: 0 }

const NOTHING: Reply = { kind: 'nothing', bytes: 0 }

function close(reason: string): Reply {
  return { kind: 'close', reason, bytes: 0 }
}

export class RequestDispatcher {
  readonly #broker: BrokerContext

  constructor(broker: BrokerContext) {
    this.#broker = broker
  }

  /** Reads the header only; the body is decoded when the request's turn has come. */
  parse(frame: Frame): ParseResult {
    const { bytes } = frame
    const key = (bytes[0]! << 8) | bytes[1]!
    const version = (bytes[2]! << 8) | bytes[3]!
    const entry = handlerTable.get(key)
    if (entry === undefined) return { kind: 'refused', reason: `api key ${key} is not served` }
    const known = version >= entry.minVersion && version <= entry.maxVersion
    if (!known && key !== API_VERSIONS_KEY) {
      return { kind: 'refused', reason: `${entry.name} version ${version} is not served` }
    }
    try {
      // What a test looks into may be kept by it.
      const memory = entry.lendsFrame && this.#broker.interceptor === undefined ? frame.memory : undefined
      return parseKnown({ frame: bytes, memory, key, version, entry, known })
    } catch (error) {
      if (error instanceof DecodeError) return { kind: 'refused', reason: `request header: ${error.message}` }
      throw error
    }
  }

  /** Decodes, handles, encodes. Never rejects: a failing handler closes its connection. */
  run(request: ParsedRequest, client: ClientInfo): Reply | Promise<Reply> {
    const handler = request.entry.loaded
    if (handler === undefined) {
      return request.entry.load().then(
        (loaded) => this.#handle(loaded, request, client),
        (error: unknown) => this.#failed(request, error)
      )
    }
    return this.#handle(handler, request, client)
  }

  #handle(
    handler: ApiHandler<unknown, unknown>,
    request: ParsedRequest,
    client: ClientInfo
  ): Reply | Promise<Reply> {
    try {
      // Bytes behind the request are let be, as on Apache Kafka: librdkafka 2.15 sends some behind Metadata.
      const body = handler.message.readRequest(request.reader, request.version)
      const intercept = this.#broker.interceptor
      if (intercept !== undefined) return this.#intercepted(handler, request, { client, body, intercept })
      return this.#answer(handler, request, { client, body })
    } catch (error) {
      return this.#failed(request, error)
    }
  }

  #answer(
    handler: ApiHandler<unknown, unknown>,
    request: ParsedRequest,
    { client, body }: { readonly client: ClientInfo; readonly body: unknown }
  ): Reply | Promise<Reply> {
    const { version, correlationId, clientId, frameBytes, memory } = request
    const context = { broker: this.#broker, client, version, correlationId, clientId, frameBytes, memory }
    const result = handler.handle(context, body)
    if (!(result instanceof Promise)) return encode(handler, request, result)
    return result.then(
      (settled) => {
        const reply = this.#encodeSafely(handler, request, settled)
        // Not after a failure, which may have left something behind that still looks at the request.
        memory?.release()
        return reply
      },
      (error: unknown) => this.#failed(request, error)
    )
  }

  async #intercepted(
    handler: ApiHandler<unknown, unknown>,
    request: ParsedRequest,
    options: { readonly client: ClientInfo; readonly body: unknown; readonly intercept: RequestInterceptor }
  ): Promise<Reply> {
    const { key, version, clientId, entry } = request
    const { body, client } = options
    const seen = { key, name: entry.name, version, clientId, connectionId: client.connectionId, body }
    try {
      const fault = await options.intercept(seen)
      if (fault.kind === 'lose-request') return NOTHING
      if (fault.kind === 'cut-before') return close('cut by a test')
      if (fault.kind === 'answer') return encode(handler, request, fault.response)
      const reply = await this.#answer(handler, request, options)
      if (fault.kind === 'lose-response') return NOTHING
      return fault.kind === 'cut-after' ? close('cut by a test') : reply
    } catch (error) {
      return this.#failed(request, error)
    }
  }

  #encodeSafely(
    handler: ApiHandler<unknown, unknown>,
    request: ParsedRequest,
    result: HandlerResult<unknown>
  ): Reply {
    try {
      return encode(handler, request, result)
    } catch (error) {
      return this.#failed(request, error)
    }
  }

  #failed(request: ParsedRequest, error: unknown): Reply {
    const { name } = request.entry
    if (error instanceof DecodeError) return close(`${name} version ${request.version}: ${error.message}`)
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#broker.logger.log('error', 'handler-failed', { api: name, version: request.version, error: stack })
    return close(`${name} failed`)
  }
}

function parseKnown(options: {
  frame: Uint8Array
  memory: SharedMemory | undefined
  key: number
  version: number
  entry: HandlerEntry
  known: boolean
}): ParsedRequest {
  const { frame, key, entry, known } = options
  const reader = new Reader(frame, 0, frame.byteLength, REQUEST_ELEMENTS_MAX)
  const headerVersion = known ? requestHeaderVersion(key, options.version) : 1
  const header = readRequestHeader(reader, headerVersion)
  return {
    kind: 'request',
    key,
    version: known ? options.version : UNKNOWN_VERSION,
    correlationId: header.correlationId,
    clientId: header.clientId,
    reader,
    frameBytes: frame.byteLength,
    memory: options.memory,
    pipelined: entry.pipelined,
    entry
  }
}

function encode(
  handler: ApiHandler<unknown, unknown>,
  request: ParsedRequest,
  result: HandlerResult<unknown>
): Reply {
  if (result === NO_RESPONSE) return NOTHING
  if (result instanceof CloseConnection) return close(result.reason)
  const isLent = result instanceof LentResponse
  const response: unknown = isLent ? result.response : result
  const onLeft = isLent ? result.release : undefined
  const version = Math.max(0, request.version)
  const writer = new Writer()
  const length = writer.reserveInt32()
  writer.int32(request.correlationId)
  if (responseHeaderVersion(request.key, version) === 1) writer.unsignedVarint(0)
  handler.message.writeResponse(writer, response, version)
  const bytes = writer.byteLength
  writer.patchInt32(length, bytes - 4)
  return { kind: 'send', chunks: writer.finish(), bytes, onLeft }
}
