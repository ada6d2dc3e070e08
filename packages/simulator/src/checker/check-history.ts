/**
 * Holds what clients did against what they saw, and names what a log must never do. Pure: one history gives one
 * answer, be it from the simulation or from a real run.
 *
 * Legal, and therefore not named: values whose send got no answer may be there or not, once; offsets may be
 * sparse where records were compacted or markers stand; what was deleted or has expired may be gone; a consumer
 * may read values again after a rebalance; a commit without an answer may take effect late.
 */
import type { Anomaly } from './anomaly.ts'
import { checkCommits } from './commits.ts'
import type { Operation, TopicRules } from './history.ts'
import { collectLogs } from './log-facts.ts'
import { checkLog } from './logs.ts'
import { checkTransactions } from './transactions.ts'

export interface Verdict {
  readonly anomalies: readonly Anomaly[]
  /** Operations by kind and outcome. */
  readonly counts: Readonly<Record<string, number>>
  /** From the end of the faults until every client had something done again; undefined when one never had. */
  readonly healMs: number | undefined
}

export function checkHistory(operations: readonly Operation[], rules: readonly TopicRules[] = []): Verdict {
  const logs = collectLogs(operations, rules)
  return {
    anomalies: [
      ...[...logs.values()].flatMap(checkLog),
      ...checkTransactions(operations, logs),
      ...checkCommits(operations)
    ],
    counts: countOperations(operations),
    healMs: timeToHeal(operations)
  }
}

function countOperations(operations: readonly Operation[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const operation of operations) {
    const name = 'outcome' in operation ? `${operation.kind} ${operation.outcome}` : operation.kind
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** Reads need not be answered again by a client that only ever wrote, so any success counts. */
function timeToHeal(operations: readonly Operation[]): number | undefined {
  const heal = operations.findLast((operation) => operation.kind === 'heal')
  if (heal === undefined) return undefined
  const first = new Map<string, number | undefined>()
  for (const operation of operations) {
    if (operation.kind === 'heal') continue
    const before = first.get(operation.client)
    const isSuccess = !('outcome' in operation) || operation.outcome === 'ok'
    const counts = isSuccess && operation.completedMs >= heal.atMs
    first.set(operation.client, counts ? Math.min(before ?? Infinity, operation.completedMs) : before)
  }
  let worstMs = 0
  for (const atMs of first.values()) {
    if (atMs === undefined) return undefined
    worstMs = Math.max(worstMs, atMs - heal.atMs)
  }
  return worstMs
}
