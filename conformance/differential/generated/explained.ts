// Differences of generated requests that stay, each with its reason. What the hand-written cases explain for a whole
// API holds here too.

import type { Difference } from '../compare.ts'
import { reasonFor } from '../explained.ts'
import type { Played } from './player.ts'
import type { Fields } from './step.ts'

interface Explanation {
  readonly keys: readonly number[]
  readonly path?: RegExp
  readonly naru?: RegExp
  readonly kafka?: RegExp
  /** Of the request as it was sent. */
  readonly request?: (request: Fields) => boolean
  readonly reason: string
}

const explanations: readonly Explanation[] = []

/** Why a difference is on purpose; undefined when nobody has explained it. */
export function reasonOf(played: Played, difference: Difference): string | undefined {
  const { path, kafka, naru } = difference
  const own = explanations.find(
    (one) =>
      one.keys.includes(played.step.kind.key) &&
      (one.path?.test(path) ?? true) &&
      (one.kafka?.test(kafka) ?? true) &&
      (one.naru?.test(naru) ?? true) &&
      (one.request?.(played.request as Fields) ?? true)
  )
  return own?.reason ?? reasonFor('generated', difference)
}
