/** Which handler a record goes to. */
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import type { AnyContext } from './context.ts'

export interface Route {
  readonly event: EventDefinition<AnySchema>
  /** Of one payload, or of a list of them where `batchMax` is above 1. */
  readonly handler: (data: unknown, context: AnyContext) => unknown
  readonly isBatch: boolean
  readonly batchMax: number
  /** What the handler returns is published as this event, to whoever asked. */
  readonly reply: EventDefinition<AnySchema> | undefined
  readonly policy: RetryPolicy
  readonly deadlineMs: number
}

/** What is to be done with a record. */
export type Resolution =
  | { readonly kind: 'handle'; readonly route: Route }
  | { readonly kind: 'skip' }
  | { readonly kind: 'refuse'; readonly error: Error }

export type UnknownType = 'skip' | 'dead-letter'
export type UnknownVersion = 'handle' | 'skip' | 'dead-letter'

export interface UnknownEvents {
  /** A type that the service has no handler for, or a record that is no CloudEvent. */
  readonly onUnknownType: UnknownType
  /** A version of a known type that the service does not name; `handle` lets the schema decide. */
  readonly onUnknownVersion: UnknownVersion
}
