/** A transaction that was committed, or may have been, is visible as a whole or not at all. */
import type { Anomaly } from './anomaly.ts'
import { logKey, valueKey, type FinalRead, type Operation, type Send } from './history.ts'
import type { LogFacts } from './log-facts.ts'

interface Parts {
  readonly there: string[]
  readonly missing: string[]
}

export function checkTransactions(
  operations: readonly Operation[],
  logs: ReadonlyMap<string, LogFacts>
): Anomaly[] {
  const present = new Map<string, Parts>()
  const seen = new Map<FinalRead, ReadonlySet<string>>()
  for (const operation of operations) {
    if (operation.kind !== 'send' || operation.transaction === undefined) continue
    const facts = logs.get(logKey(operation.log))
    const read = facts?.finalRead
    if (facts === undefined || read === undefined || facts.deleted || operation.outcome === 'failed') continue
    const values = seen.get(read) ?? valuesOf(read)
    seen.set(read, values)
    const parts = present.get(operation.transaction) ?? { there: [], missing: [] }
    present.set(operation.transaction, parts)
    addParts(parts, facts, { send: operation, values })
  }
  return [...present].flatMap(([transaction, { there, missing }]) => {
    if (there.length === 0 || missing.length === 0) return []
    const detail = `${there[0]} is there and ${missing[0]} is not`
    return [{ name: 'torn-transaction' as const, where: transaction, detail }]
  })
}

interface Found {
  readonly send: Send
  readonly values: ReadonlySet<string>
}

function addParts(parts: Parts, facts: LogFacts, { send, values }: Found): void {
  const tells = tellsOfEnd(facts, send)
  for (const [index, sequence] of send.sequences.entries()) {
    const value = valueKey({ producer: send.producer, sequence })
    if (!values.has(value)) {
      if (send.outcome === 'ok' && !isGone(facts, send, index)) parts.missing.push(value)
    } else if (tells) parts.there.push(value)
  }
}

/**
 * Whether a value that is there tells that its transaction was committed. A reader of all values, which the auditor
 * becomes where a transaction hangs whose coordinator was damaged, sees those of aborted ones, too.
 */
function tellsOfEnd(facts: LogFacts, { transaction = '' }: Send): boolean {
  return facts.finalRead?.committed === true || facts.decision(transaction) === 'committed'
}

/** Deleted on demand, damaged, or taken by compaction; who does not know where it stood, cannot tell. */
function isGone({ finalRead, rules, damage }: LogFacts, { baseOffset }: Send, index: number): boolean {
  const start = finalRead?.from ?? 0
  if (rules.compacted === true) return true
  if (baseOffset < 0) return start > 0 || damage.length > 0
  const offset = baseOffset + index
  if (offset < start) return true
  return damage.some(({ from, to }) => offset >= from && offset < to)
}

function valuesOf(read: FinalRead): Set<string> {
  const values = new Set<string>()
  for (const { payload } of read.records) if (payload !== undefined) values.add(valueKey(payload))
  return values
}
