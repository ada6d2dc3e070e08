/** A committed transaction is visible as a whole. */
import type { Anomaly } from './anomaly.ts'
import { logKey, valueKey, type Operation } from './history.ts'
import type { LogFacts } from './log-facts.ts'

export function checkTransactions(
  operations: readonly Operation[],
  logs: ReadonlyMap<string, LogFacts>
): Anomaly[] {
  const present = new Map<string, { there: string[]; missing: string[] }>()
  for (const operation of operations) {
    if (operation.kind !== 'send' || operation.transaction === undefined) continue
    const facts = logs.get(logKey(operation.log))
    if (facts?.finalRead === undefined || facts.deleted || operation.outcome === 'failed') continue
    const seen = valuesOf(facts)
    const parts = present.get(operation.transaction) ?? { there: [], missing: [] }
    present.set(operation.transaction, parts)
    for (const sequence of operation.sequences) {
      const value = valueKey({ producer: operation.producer, sequence })
      if (seen.has(value)) parts.there.push(value)
      else if (operation.outcome === 'ok') parts.missing.push(value)
    }
  }
  return [...present].flatMap(([transaction, { there, missing }]) => {
    if (there.length === 0 || missing.length === 0) return []
    const detail = `${there[0]} is there and ${missing[0]} is not`
    return [{ name: 'torn-transaction' as const, where: transaction, detail }]
  })
}

function valuesOf(facts: LogFacts): Set<string> {
  const values = new Set<string>()
  for (const { payload } of facts.finalRead?.records ?? []) {
    if (payload !== undefined) values.add(valueKey(payload))
  }
  return values
}
