/**
 * What went wrong, with Kafka's own names as codes, plus UNREACHABLE, TIMEOUT, CLOSED and INVALID_OPTION.
 *
 * The library below reports one failure as a tree of errors; the innermost answer of a broker is what counts.
 */
import { NaruError, errorCode } from '@naru/base'
import {
  GenericError,
  MultipleErrors,
  TimeoutError,
  protocolErrors,
  protocolErrorsCodesById,
  type ProtocolErrorDefinition
} from '@platformatic/kafka'

/** What an error is about, as far as the caller knows it. */
export interface ErrorSubject {
  readonly topic?: string
  readonly partition?: number
  readonly offset?: number
  readonly group?: string
  /** What the partition holds, where the offset is outside of it. */
  readonly earliest?: number
  readonly latest?: number
}

const SUBJECT_NAMES = ['topic', 'partition', 'offset', 'group', 'earliest', 'latest'] as const

/** An error of a broker or of the way to it. `retriable` errors that reach a caller were retried until the deadline. */
export class KafkaError extends NaruError implements ErrorSubject {
  declare readonly topic?: string
  declare readonly partition?: number
  declare readonly offset?: number
  declare readonly group?: string
  declare readonly earliest?: number
  declare readonly latest?: number

  constructor(
    code: string,
    message: string,
    options: { readonly retriable?: boolean; readonly cause?: unknown } & ErrorSubject = {}
  ) {
    super(code, message, options)
    this.name = 'KafkaError'
    for (const name of SUBJECT_NAMES)
      if (options[name] !== undefined) Object.assign(this, { [name]: options[name] })
  }
}

/** The error that a broker's error code stands for, or undefined for 0. */
export function brokerError(
  code: number,
  message?: string | null,
  subject: ErrorSubject = {}
): KafkaError | undefined {
  if (code === 0) return undefined
  const name = protocolErrorsCodesById[code] ?? `UNKNOWN_ERROR_${code}`
  const known = (protocolErrors as Partial<Record<string, ProtocolErrorDefinition>>)[name]
  const said = message === null || message === '' ? undefined : message
  const text = said ?? known?.message ?? `the broker answered with error ${code}`
  return new KafkaError(name, text, { retriable: known?.canRetry ?? false, ...subject })
}

/** Any thrown value as a KafkaError; NaruErrors stay what they are. */
export function toKafkaError(error: unknown): NaruError {
  if (error instanceof NaruError) return error
  const leaf = mostTelling(error)
  const apiId = property(leaf, 'apiId')
  if (typeof apiId === 'string') {
    return new KafkaError(apiId, messageOf(leaf), {
      retriable: property(leaf, 'canRetry') === true,
      cause: error
    })
  }
  const code = errorCode(leaf)
  // By class: the library gives a time-out the code of network trouble.
  if (leaf instanceof TimeoutError) return timeoutError(leaf, error)
  if (code === 'PLT_KFK_NETWORK') return unreachable(leaf, error)
  if (code === 'PLT_KFK_AUTHENTICATION') {
    return new KafkaError('SASL_AUTHENTICATION_FAILED', messageOf(leaf), { cause: error })
  }
  if (code === 'PLT_KFK_UNSUPPORTED_API') {
    return new KafkaError('UNSUPPORTED_VERSION', messageOf(leaf), { cause: error })
  }
  return new KafkaError('UNKNOWN_SERVER_ERROR', messageOf(leaf), { cause: error })
}

/** Nothing answered in time. */
export function timeout(what: string, afterMs: number, cause?: unknown): KafkaError {
  return new KafkaError('TIMEOUT', `${what}: no answer within ${afterMs} ms`, { retriable: true, cause })
}

function timeoutError(leaf: unknown, cause: unknown): KafkaError {
  const message = messageOf(leaf)
  // The library has one class for both: a connection that was never made, and an answer that never came.
  const code = message.startsWith('Connection') ? 'UNREACHABLE' : 'TIMEOUT'
  return new KafkaError(code, message, { retriable: true, cause })
}

function unreachable(leaf: unknown, cause: unknown): KafkaError {
  const system = leaf instanceof Error ? errorCode(leaf.cause) : undefined
  const message = system === undefined ? messageOf(leaf) : `${messageOf(leaf)} (${system})`
  const retriable = property(leaf, 'canRetry') !== false
  return new KafkaError('UNREACHABLE', message, { retriable, cause })
}

/** A broker's answer before trouble with the network, the newest first. */
function mostTelling(error: unknown): unknown {
  const leaves = flatten(error)
  return leaves.findLast((leaf) => typeof property(leaf, 'apiId') === 'string') ?? leaves.at(-1) ?? error
}

function flatten(error: unknown): unknown[] {
  if (!(error instanceof AggregateError)) return [error]
  return error.errors.flatMap((inner: unknown) => flatten(inner))
}

function messageOf(error: unknown): string {
  const fromServer = property(error, 'serverErrorMessage')
  if (typeof fromServer === 'string' && fromServer !== '') return fromServer
  return error instanceof Error ? error.message : String(error)
}

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined
}

/** The decoded answer that the library attaches to the error it makes of any error code inside. */
export function responseOf(error: unknown): unknown {
  if (!(error instanceof MultipleErrors) && !(error instanceof GenericError)) return undefined
  return property(error, 'response')
}
