// A program: some hundred requests that follow from a seed, as templates that each broker's answers fill.

import { stableMaxVersion } from '@naru/protocol'
import { messageOf } from './messages.ts'
import { requestKinds } from './requests/index.ts'
import { Seeded } from './seeded.ts'
import type { AnyMessage, RequestKind } from './step.ts'

/** Share of the requests of which a field is replaced, and of those whose bytes are damaged. */
const MUTATED = 0.12
const DAMAGED = 0.01
const API_VERSIONS = 18

export type Damage = 'torn' | 'version' | 'key' | undefined

export interface Step {
  readonly kind: RequestKind
  readonly message: AnyMessage
  readonly version: number
  /** Of the draws that make the request. */
  readonly seed: number
  readonly isMutated: boolean
  readonly damage: Damage
}

const deck = requestKinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind))

export function programOf(seed: number, length: number): Step[] {
  const random = new Seeded(seed)
  return Array.from({ length }, () => {
    const kind = random.pick(deck)
    const message = messageOf(kind.key)
    const lowest = kind.minVersion ?? message.minVersion
    const version = lowest + random.below(stableMaxVersion(message) - lowest + 1)
    const isMutated = random.chance(MUTATED) && kind.mutable === true
    const how = random.pick(['torn', 'version', 'key'] as const)
    // An ApiVersions of an unknown version is answered in version 0, which the hand-written cases look at.
    const damage = random.chance(DAMAGED) && kind.key !== API_VERSIONS ? how : undefined
    return { kind, message, version, seed: random.below(2 ** 31), isMutated, damage }
  })
}
