/** Which requests a fault hits, and the check of what a test wrote for it. */
import { NaruError, nearestName } from '@naru/base'
import type { InterceptedRequest } from '@naru/broker'
import { ApiKey, type ApiName } from '@naru/protocol'
import { groupsOf, topicsOf, type Lookups } from './request-subjects.ts'

/** What is left out matches everything. */
export interface FaultTarget {
  /** Name of the API as Kafka spells it (`Produce`), or its key. */
  readonly api?: ApiName | number
  /** A topic that the request names, alone or among others. */
  readonly topic?: string
  /** A consumer group that the request names, alone or among others. */
  readonly group?: string
  /** Client id of the connection. */
  readonly clientId?: string
  /** Number of the connection since the start, in the order of accepting; the first is 1. */
  readonly connection?: number
}

export interface FaultOptions extends FaultTarget {
  /** How many requests are hit; all of them unless given. */
  readonly times?: number
}

const optionNames: readonly (keyof FaultOptions)[] = [
  'api',
  'topic',
  'group',
  'clientId',
  'connection',
  'times'
]

export function matches(target: FaultTarget, request: InterceptedRequest, lookups: Lookups): boolean {
  const { api, topic, group, clientId, connection } = target
  if (api !== undefined && api !== request.name && api !== request.key) return false
  if (clientId !== undefined && clientId !== request.clientId) return false
  if (connection !== undefined && connection !== request.connectionId) return false
  if (group !== undefined && !groupsOf(request).includes(group)) return false
  return topic === undefined || topicsOf(request, lookups).includes(topic)
}

/** Refuses what would silently hit nothing. `more` are the options that only this kind of fault has. */
export function checkFault(kind: string, options: FaultOptions, more: readonly string[] = []): void {
  const known = [...optionNames, ...more]
  const wrong = Object.keys(options).find((name) => !known.includes(name))
  if (wrong !== undefined)
    throw misuse('UNKNOWN_OPTION', `faults.${kind} has no option '${wrong}'`, wrong, known)
  const { api, times } = options
  if (typeof api === 'string' && !(api in ApiKey)) {
    throw misuse('UNKNOWN_API', `Kafka has no API '${api}'`, api, Object.keys(ApiKey))
  }
  if (times !== undefined && !(times >= 1)) {
    throw new NaruError('INVALID_OPTION', `faults.${kind}: times has to be 1 or more, not ${times}`)
  }
}

/** An error that names what was probably meant. */
export function misuse(code: string, message: string, given: string, known: Iterable<string>): NaruError {
  const nearest = nearestName(given, known)
  return new NaruError(code, nearest === undefined ? message : `${message}; did you mean '${nearest}'?`)
}

/** The key of an API that was given by name or key. */
export function keyOf(api: ApiName | number): number {
  return typeof api === 'number' ? api : ApiKey[api]
}
