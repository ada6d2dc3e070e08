/** A producer's values stand in the order in which it sent them, as far as it can know that order. */
import { valueKey, type Send } from './history.ts'
import type { SeenLog } from './logs.ts'

export function checkOrder(seen: SeenLog): void {
  const byProducer = new Map<string, Send[]>()
  for (const send of seen.facts.sends) {
    const sends = byProducer.get(send.producer) ?? []
    sends.push(send)
    byProducer.set(send.producer, sends)
  }
  for (const sends of byProducer.values()) {
    checkInside(seen, sends)
    checkBetween(seen, sends)
  }
}

/** The values of one request lie side by side. */
function checkInside({ offsetsOf, facts, report }: SeenLog, sends: readonly Send[]): void {
  for (const { sequences, producer, repeated } of sends) {
    if (repeated === true) continue
    let before: { readonly value: string; readonly offset: number } | undefined
    for (const sequence of sequences) {
      const value = valueKey({ producer, sequence })
      const offset = offsetsOf.get(value)?.[0]
      if (offset === undefined) continue
      const isNext =
        before === undefined || (facts.sparse ? offset > before.offset : offset === before.offset + 1)
      if (!isNext) report('reordered', `${value} at ${offset} stands before ${before?.value}`)
      before = { value, offset }
    }
  }
}

/** What was sent after an answer stands after what was answered; idempotent sends stand as they were begun. */
function checkBetween({ offsetsOf, report }: SeenLog, sends: readonly Send[]): void {
  let furthest: { readonly send: Send; readonly offset: number; readonly value: string } | undefined
  const placed = sends
    .filter(({ repeated }) => repeated !== true)
    .toSorted((left, right) => left.invokedMs - right.invokedMs || firstOf(left) - firstOf(right))
  // Ends in the order of completion, so that each send is compared with the furthest that had ended before it.
  const ended = placed
    .filter(({ outcome }) => outcome === 'ok')
    .toSorted((a, b) => a.completedMs - b.completedMs)
  let next = 0
  let idempotentBefore: { readonly value: string; readonly offset: number } | undefined
  for (const send of placed) {
    for (
      let done = ended[next];
      done !== undefined && done.completedMs < send.invokedMs;
      done = ended[++next]
    ) {
      const value = lastValue(done)
      const offset = offsetsOf.get(value)?.[0]
      if (offset !== undefined && offset > (furthest?.offset ?? -1)) furthest = { send: done, offset, value }
    }
    const value = valueKey({ producer: send.producer, sequence: firstOf(send) })
    const offset = offsetsOf.get(value)?.[0]
    if (offset === undefined) continue
    if (furthest !== undefined && offset <= furthest.offset) {
      report('reordered', `${value} at ${offset} was sent after ${furthest.value} at ${furthest.offset}`)
    } else if (send.idempotent && idempotentBefore !== undefined && offset <= idempotentBefore.offset) {
      report('reordered', `${value} at ${offset} follows ${idempotentBefore.value} in its producer`)
    }
    if (send.idempotent) idempotentBefore = { value, offset }
  }
}

function firstOf(send: Send): number {
  return send.sequences[0] ?? -1
}

function lastValue(send: Send): string {
  return valueKey({ producer: send.producer, sequence: send.sequences.at(-1) ?? -1 })
}
