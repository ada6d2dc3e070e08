// A step of a program: which request is sent, in which version, and what is to be learned from its answer.

import type { ApiMessage } from '@naru/protocol'
import type { Draw } from './draw.ts'
import type { Side } from './side.ts'

export type Fields = Record<string, unknown>

/** How a family of requests is drawn. */
export interface RequestKind {
  readonly key: number
  /** How often it is drawn, in comparison with the others. */
  readonly weight: number
  /** Bounds of the versions that are drawn, where not all can be compared. */
  readonly minVersion?: number
  /** Whether fields may be replaced by odd values at random. */
  readonly mutable?: boolean
  /** Whether something has to come to rest before the next request: metadata in Kafka's broker, markers in its logs. */
  readonly settle?: 'metadata' | 'transactions'
  readonly build: (draw: Draw, version: number) => Fields
  readonly learn?: (side: Side, request: Fields, response: Fields) => void
}

export type AnyMessage = ApiMessage<unknown, unknown>
