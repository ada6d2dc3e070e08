/** All handlers of a service, found by topic, type and version. */
import type { FetchedRecord } from '@naru/client'
import { ServiceError } from '../errors.ts'
import { HeaderName } from '../event/headers.ts'
import type { Resolution, Route, UnknownEvents } from './route.ts'

export class RouteTable {
  readonly #routes: Route[] = []
  readonly #unknown: UnknownEvents
  /** Answers of before: types and versions that appear in topics are few, and the table is emptied when it grows. */
  readonly #resolutions = new Map<string, Resolution>()

  constructor(unknown: UnknownEvents) {
    this.#unknown = unknown
  }

  get routes(): readonly Route[] {
    return this.#routes
  }

  get topics(): readonly string[] {
    return [...new Set(this.#routes.map(({ event }) => event.topic))].sort()
  }

  /** Adds a route, or with `replace` puts it in the place of the one for the same event. */
  add(route: Route, options: { readonly replace?: boolean } = {}): void {
    const { name, version, topic } = route.event
    const at = this.#routes.findIndex(
      ({ event }) => event.name === name && event.version === version && event.topic === topic
    )
    if (at >= 0 && options.replace !== true) {
      throw new ServiceError('INVALID_OPTION', `${name} version ${version} has a handler already`)
    }
    if (at >= 0) this.#routes[at] = route
    else this.#routes.push(route)
    this.#resolutions.clear()
  }

  resolve(topic: string, record: FetchedRecord): Resolution {
    const type = record.headerText(HeaderName.type)
    const version = record.headerText(HeaderName.eventVersion) ?? '1'
    const key = `${topic}\n${type}\n${version}`
    const known = this.#resolutions.get(key)
    if (known !== undefined) return known
    const resolution = this.#find(topic, type, Number(version))
    if (this.#resolutions.size >= RESOLUTIONS_MAX) this.#resolutions.clear()
    this.#resolutions.set(key, resolution)
    return resolution
  }

  #find(topic: string, type: string | undefined, version: number): Resolution {
    const candidates = this.#routes.filter(({ event }) => event.topic === topic && event.name === type)
    const exact = candidates.find(({ event }) => event.version === version)
    if (exact !== undefined) return { kind: 'handle', route: exact }
    const nearest = candidates.toSorted((a, b) => b.event.version - a.event.version)[0]
    if (nearest === undefined) {
      const message =
        type === undefined
          ? `a record of ${topic} has no header ${HeaderName.type}`
          : `no handler for ${type} in ${topic}`
      const code = type === undefined ? 'NOT_AN_EVENT' : 'UNKNOWN_EVENT'
      return outcome(this.#unknown.onUnknownType, new ServiceError(code, message))
    }
    if (this.#unknown.onUnknownVersion === 'handle') return { kind: 'handle', route: nearest }
    const message = `no handler for version ${version} of ${String(type)}, only for ${nearest.event.version}`
    return outcome(this.#unknown.onUnknownVersion, new ServiceError('UNKNOWN_EVENT', message))
  }
}

/** Types and versions in memory; strangers can write any, so that there is an end to it. */
const RESOLUTIONS_MAX = 1_000

function outcome(setting: 'skip' | 'dead-letter', error: ServiceError): Resolution {
  return setting === 'skip' ? { kind: 'skip' } : { kind: 'refuse', error }
}
