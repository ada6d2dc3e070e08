/** Judges one partition: what was sent to it, against everything that was ever read from it. */
import type { Anomaly, AnomalyName } from './anomaly.ts'
import { logName, valueKey, type FinalRead, type Read, type Send } from './history.ts'
import type { LogFacts } from './log-facts.ts'
import { checkOrder } from './order.ts'
import { checkStart } from './retention.ts'

/** What is known of the offsets of a partition. */
export interface SeenLog {
  readonly facts: LogFacts
  readonly valueAt: ReadonlyMap<number, string>
  readonly offsetsOf: ReadonlyMap<string, readonly number[]>
  readonly sendOf: ReadonlyMap<string, Send>
  readonly report: (name: AnomalyName, detail: string) => void
}

export function checkLog(facts: LogFacts): Anomaly[] {
  const anomalies: Anomaly[] = []
  const where = logName(facts.log)
  const report = (name: AnomalyName, detail: string): void => void anomalies.push({ name, where, detail })
  const sendOf = sendsByValue(facts.sends)
  const valueAt = new Map<number, string>()
  const offsetsOf = new Map<string, number[]>()
  const note = (offset: number, value: string, source: string): void => {
    const before = valueAt.get(offset)
    if (before === undefined) valueAt.set(offset, value)
    else if (before !== value)
      report('inconsistent-offsets', `${offset} is ${before} and ${value} (${source})`)
    const offsets = offsetsOf.get(value) ?? []
    if (!offsets.includes(offset)) offsetsOf.set(value, [...offsets, offset])
  }
  for (const send of facts.sends) {
    if (send.outcome !== 'ok' || send.baseOffset < 0) continue
    for (const [index, sequence] of send.sequences.entries()) {
      note(send.baseOffset + index, valueKey({ producer: send.producer, sequence }), 'acknowledged')
    }
  }
  for (const read of facts.reads) noteRead(facts, read, { sendOf, note, report })
  const seen: SeenLog = { facts, valueAt, offsetsOf, sendOf, report }
  checkCopies(seen)
  checkOrder(seen)
  checkRefused(seen)
  checkStart(seen)
  checkEnd(seen)
  return anomalies
}

function sendsByValue(sends: readonly Send[]): Map<string, Send> {
  const found = new Map<string, Send>()
  for (const send of sends) {
    for (const sequence of send.sequences) found.set(valueKey({ producer: send.producer, sequence }), send)
  }
  return found
}

interface Notes {
  readonly sendOf: ReadonlyMap<string, Send>
  readonly note: (offset: number, value: string, source: string) => void
  readonly report: (name: AnomalyName, detail: string) => void
}

function noteRead(facts: LogFacts, read: Read | FinalRead, notes: Notes): void {
  const { log } = facts
  let expected = read.from
  for (const { offset, payload } of read.records) {
    if (offset < expected) notes.report('reordered', `${read.client} read ${offset} after ${expected - 1}`)
    else if (offset > expected) checkGap(facts, read, { from: expected, to: offset, notes })
    expected = Math.max(expected, offset + 1)
    if (payload === undefined) {
      notes.report('wrong-topic-bytes', `${offset} holds no payload`)
      continue
    }
    const value = valueKey(payload)
    if (payload.topic !== log.topic || payload.partition !== log.partition) {
      notes.report('wrong-topic-bytes', `${offset} holds ${value} of ${payload.topic}-${payload.partition}`)
    } else if (!notes.sendOf.has(value)) {
      notes.report('wrong-topic-bytes', `${offset} holds ${value}, which nobody sent`)
    }
    notes.note(offset, value, `read by ${read.client}`)
  }
  if (read.next > expected) checkGap(facts, read, { from: expected, to: read.next, notes })
}

interface Gap {
  readonly from: number
  readonly to: number
  readonly notes: Notes
}

function checkGap(facts: LogFacts, read: Read | FinalRead, { from, to, notes }: Gap): void {
  if (facts.rules.compacted === true) return
  for (let offset = from; offset < to; offset++) {
    if (isExplained(facts, read, offset)) continue
    notes.report('offset-gap-not-marker', `${read.client} found nothing at ${offset}`)
    return
  }
}

function isExplained(facts: LogFacts, read: Read | FinalRead, offset: number): boolean {
  const covers = (range: { readonly from: number; readonly to: number }): boolean =>
    offset >= range.from && offset < range.to
  return offset < facts.trimmedTo || read.markers?.some(covers) === true || facts.damage.some(covers)
}

function checkCopies({ offsetsOf, sendOf, report }: SeenLog): void {
  for (const [value, offsets] of offsetsOf) {
    if (offsets.length > 1 && sendOf.get(value)?.repeated !== true) {
      report('duplicate', `${value} stands at ${offsets.join(' and ')}`)
    }
  }
}

function checkRefused({ facts, offsetsOf, sendOf, report }: SeenLog): void {
  const committedReads = facts.reads.filter(({ committed }) => committed === true)
  for (const [value, offsets] of offsetsOf) {
    const send = sendOf.get(value)
    if (send?.outcome === 'failed') report('aborted-read', `${value} was refused and stands at ${offsets[0]}`)
    if (send?.transaction === undefined) continue
    const decision = facts.decision(send.transaction)
    if (decision === 'committed' || decision === 'undecided') continue
    const reader = committedReads.find(({ records }) =>
      records.some(({ offset }) => offsets.includes(offset))
    )
    if (reader === undefined) continue
    const what = decision === 'aborted' ? 'aborted' : 'not ended'
    report('aborted-read', `${reader.client} read ${value}, whose transaction was ${what}`)
  }
}

/** What was acknowledged, or shown to anybody, has to be there at the end. */
function checkEnd(seen: SeenLog): void {
  const { facts, valueAt, sendOf, report } = seen
  const { finalRead, deleted } = facts
  if (finalRead === undefined || deleted) return
  const there = new Set(finalRead.records.map(({ offset }) => offset))
  const lastThere = finalRead.records.at(-1)?.offset ?? -1
  for (const [offset, value] of valueAt) {
    if (offset < finalRead.from || there.has(offset) || isExcused(facts, offset, sendOf.get(value))) continue
    report(offset < lastThere ? 'lost-write' : 'unseen', `${value} at ${offset}, acknowledged or seen before`)
  }
  for (const { kind, offset, client } of facts.bounds) {
    if (kind === 'log-start' || offset <= finalRead.next) continue
    report('high-watermark-regression', `${client} was told ${offset}, the log ends at ${finalRead.next}`)
  }
  for (const send of facts.sends) checkUnplaced(seen, send)
}

function isExcused(facts: LogFacts, offset: number, send: Send | undefined): boolean {
  if (facts.rules.compacted === true) return true
  if (send?.transaction !== undefined && facts.decision(send.transaction) !== 'committed') return true
  return facts.damage.some(({ from, to }) => offset >= from && offset < to)
}

/** Acknowledged without an offset: the value has to be somewhere, unless the log has moved on. */
function checkUnplaced({ facts, offsetsOf, report }: SeenLog, send: Send): void {
  if (send.outcome !== 'ok' || send.baseOffset >= 0) return
  const moved = (facts.finalRead?.from ?? 0) > 0 || facts.damage.length > 0 || facts.rules.compacted === true
  for (const sequence of send.sequences) {
    const value = valueKey({ producer: send.producer, sequence })
    if (!offsetsOf.has(value) && !moved) report('unseen', `${value} was acknowledged and never read`)
  }
}
