// Differences that stay, each with its reason. Whatever is not listed here fails the run.

import type { Difference } from './compare.ts'

interface Explanation {
  readonly label: RegExp
  readonly path?: RegExp
  readonly naru?: RegExp
  readonly kafka?: RegExp
  readonly reason: string
}

const explanations: readonly Explanation[] = []

/** Why a difference is on purpose; undefined when nobody has explained it. */
export function reasonFor(caseName: string, { label, path, kafka, naru }: Difference): string | undefined {
  return explanations.find(
    (one) =>
      one.label.test(`${caseName}: ${label}`) &&
      (one.path?.test(path) ?? true) &&
      (one.kafka?.test(kafka) ?? true) &&
      (one.naru?.test(naru) ?? true)
  )?.reason
}
