/** When a failed record runs again, and when it has had its last try. */
import type { Random } from '@naru/base'

export interface RetryPolicy {
  /** Tries in all, the first one included; then the record goes to the dead letters. */
  readonly attempts: number
  /** Before the second try; doubles with each further one, up to the maximum. */
  readonly backoffMs: number
  readonly backoffMsMax: number
  /** A key that has failed for longer than this moves to its retry topic. */
  readonly parkMs: number
}

/** The pause after `attempt` tries: half of it fixed, half of it drawn, so that keys do not come back together. */
export function backoffAfter(policy: RetryPolicy, attempt: number, random: Random): number {
  const doubled = policy.backoffMs * 2 ** Math.min(attempt - 1, 30)
  const fullMs = Math.min(doubled, policy.backoffMsMax)
  const half = Math.floor(fullMs / 2)
  return half + random.below(fullMs - half + 1)
}
