/** Hands the history of a real run to the checker of the simulation and sorts what it says. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  checkHistory,
  logKey,
  valueKey,
  type Anomaly,
  type AnomalyName,
  type Operation,
  type TopicRules
} from '@naru/simulator'

export interface Judgement {
  readonly acknowledged: number
  readonly lost: number
  /** Acknowledged, and told by the broker to be damaged. */
  readonly unreadable: number
  readonly duplicated: number
  readonly reordered: number
  readonly other: number
  readonly problems: readonly string[]
}

const problemsMax = 8
/** Counted by themselves, each in a column of the evidence. */
const COUNTED: readonly AnomalyName[] = ['lost-write', 'unseen', 'duplicate', 'reordered']

export async function readHistory(path: string): Promise<Operation[]> {
  const operations: Operation[] = []
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    operations.push(JSON.parse(line) as Operation)
  }
  return operations
}

export function judge(operations: readonly Operation[], rules: readonly TopicRules[] = []): Judgement {
  const { anomalies } = checkHistory(operations, rules)
  const { acknowledged, lost, unreadable } = missingAtTheEnd(operations)
  const count = (name: AnomalyName): number => anomalies.filter((one) => one.name === name).length
  const missing = unread(operations).map((log) => `${log} was not read at the end`)
  const gone = lost > 0 ? [`${lost} of ${acknowledged} acknowledged values are not there`] : []
  return {
    acknowledged,
    lost,
    unreadable,
    duplicated: count('duplicate'),
    reordered: count('reordered'),
    other: anomalies.filter(({ name }) => !COUNTED.includes(name)).length,
    problems: [...missing, ...gone, ...anomalies.slice(0, problemsMax).map(describe)]
  }
}

/**
 * Acknowledged values that no partition holds at the end, wherever they should stand. The checker goes by offsets
 * and may name a lost value otherwise, when another one has taken its place: this is a second opinion, too. What the
 * broker says is damaged is not lost in silence, and counts by itself.
 */
function missingAtTheEnd(operations: readonly Operation[]): {
  acknowledged: number
  lost: number
  unreadable: number
} {
  const there = new Set<string>()
  const damaged = new Set<string>()
  const looked = new Set<string>()
  for (const operation of operations) {
    if (operation.kind === 'damage') {
      for (let at = operation.from; at < operation.to; at++) damaged.add(`${logKey(operation.log)} ${at}`)
    }
    if (operation.kind !== 'final-read') continue
    looked.add(logKey(operation.log))
    for (const { payload } of operation.records) if (payload !== undefined) there.add(valueKey(payload))
  }
  let acknowledged = 0
  let lost = 0
  let unreadable = 0
  for (const operation of operations) {
    if (operation.kind !== 'send' || operation.outcome !== 'ok') continue
    const { producer, sequences, log, baseOffset } = operation
    acknowledged += sequences.length
    // Where nobody could look, nothing is known to be lost; that is a finding of its own.
    if (!looked.has(logKey(log))) continue
    for (const [index, sequence] of sequences.entries()) {
      if (there.has(valueKey({ producer, sequence }))) continue
      if (damaged.has(`${logKey(log)} ${baseOffset + index}`)) unreadable++
      else lost++
    }
  }
  return { acknowledged, lost, unreadable }
}

/** Logs of which nobody could say at the end what is in them. */
function unread(operations: readonly Operation[]): string[] {
  const open = new Set<string>()
  for (const operation of operations) if (operation.kind === 'send') open.add(logKey(operation.log))
  for (const operation of operations) if (operation.kind === 'final-read') open.delete(logKey(operation.log))
  return [...open]
}

const describe = ({ name, where, detail }: Anomaly): string => `${name} in ${where}: ${detail}`
