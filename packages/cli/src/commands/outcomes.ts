/** Calls that name several things have one outcome per thing; the command fails with the first that failed. */
import type { KafkaError } from '@naru/client'

export function throwFirst(outcomes: ReadonlyArray<{ readonly error: KafkaError | undefined }>): void {
  for (const { error } of outcomes) if (error !== undefined) throw error
}
