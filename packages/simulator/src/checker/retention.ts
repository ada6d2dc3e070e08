/** What may be gone from the beginning of a log, and what compaction has to leave. */
import { valueKey } from './history.ts'
import type { SeenLog } from './logs.ts'

export function checkStart(seen: SeenLog): void {
  const { facts, report } = seen
  if (facts.deleted) return
  const { finalRead } = facts
  for (const { kind, offset, completedMs, client } of facts.bounds) {
    if (kind === 'log-start') checkOne(seen, { offset, atMs: completedMs, client })
  }
  if (finalRead !== undefined) {
    checkOne(seen, { offset: finalRead.from, atMs: finalRead.completedMs, client: finalRead.client })
    const told = Math.max(
      0,
      ...facts.trims.filter(({ outcome }) => outcome === 'ok').map(({ offset }) => offset)
    )
    if (finalRead.from < told) report('inconsistent-offsets', `the log start went back to ${finalRead.from}`)
  }
  if (facts.rules.compacted === true) checkKeys(seen)
}

interface StartSeen {
  readonly offset: number
  readonly atMs: number
  readonly client: string
}

function checkOne({ facts, valueAt, sendOf, report }: SeenLog, { offset, atMs, client }: StartSeen): void {
  if (offset <= facts.trimmedTo) return
  const { retentionMs } = facts.rules
  if (retentionMs === undefined) {
    return report('unexpired-data-deleted', `${client} found the log start at ${offset}, nobody asked for it`)
  }
  for (let gone = facts.trimmedTo; gone < offset; gone++) {
    const send = sendOf.get(valueAt.get(gone) ?? '')
    if (send === undefined || send.invokedMs + retentionMs <= atMs) continue
    return report(
      'unexpired-data-deleted',
      `${client} found the log start at ${offset}, ${gone} had not expired`
    )
  }
}

/** The newest acknowledged value of a key is there, or something newer. */
function checkKeys({ facts, valueAt, report }: SeenLog): void {
  const { finalRead } = facts
  if (finalRead === undefined) return
  const newest = new Map<string, { readonly offset: number; readonly value: string }>()
  const keyOf = new Map<string, string>()
  for (const { keys, sequences, producer, outcome, baseOffset } of facts.sends) {
    for (const [index, sequence] of sequences.entries()) {
      const key = keys?.[index]
      if (key === undefined) continue
      const value = valueKey({ producer, sequence })
      keyOf.set(value, key)
      if (outcome !== 'ok' || baseOffset < 0) continue
      const offset = baseOffset + index
      if (offset > (newest.get(key)?.offset ?? -1)) newest.set(key, { offset, value })
    }
  }
  const kept = new Map<string, number>()
  for (const { offset } of finalRead.records) {
    const key = keyOf.get(valueAt.get(offset) ?? '')
    if (key !== undefined) kept.set(key, offset)
  }
  for (const [key, { offset, value }] of newest) {
    if (offset < finalRead.from || (kept.get(key) ?? -1) >= offset) continue
    report('last-value-of-key-lost', `${key} had ${value} at ${offset}`)
  }
}
