/** Sorts a history by partition, so that each can be judged on its own. */
import {
  logKey,
  type Bound,
  type Damage,
  type FinalRead,
  type Log,
  type Operation,
  type Read,
  type Send,
  type TopicRules,
  type TransactionEnd,
  type Trim
} from './history.ts'

/** What became of a transaction; `undecided` when a commit got no answer, so that it may stand as a whole or not at all. */
export type Decision = 'committed' | 'aborted' | 'undecided' | 'open'

export class LogFacts {
  readonly log: Log
  readonly rules: TopicRules
  readonly sends: Send[] = []
  readonly reads: (Read | FinalRead)[] = []
  readonly damage: Damage[] = []
  readonly bounds: Bound[] = []
  readonly trims: Trim[] = []
  finalRead: FinalRead | undefined
  /** The topic was asked to be deleted. */
  deleted = false
  readonly #decisions: ReadonlyMap<string, Decision>

  constructor(log: Log, rules: TopicRules, decisions: ReadonlyMap<string, Decision>) {
    this.log = log
    this.rules = rules
    this.#decisions = decisions
  }

  decision(transaction: string): Decision {
    return this.#decisions.get(transaction) ?? 'open'
  }

  /** Some offsets may hold no record without anything being wrong. */
  get sparse(): boolean {
    return this.rules.compacted === true || this.sends.some(({ transaction }) => transaction !== undefined)
  }

  /** The furthest that the log start may have moved because somebody asked for it. */
  get trimmedTo(): number {
    let to = 0
    for (const { offset, outcome } of this.trims) if (outcome !== 'failed') to = Math.max(to, offset)
    return to
  }
}

export function collectLogs(
  operations: readonly Operation[],
  rules: readonly TopicRules[]
): Map<string, LogFacts> {
  const decisions = decide(operations)
  const rulesOf = new Map(rules.map((rule) => [rule.topicId, rule]))
  const logs = new Map<string, LogFacts>()
  const factsOf = (log: Log): LogFacts => {
    const key = logKey(log)
    let facts = logs.get(key)
    if (facts === undefined) {
      facts = new LogFacts(log, rulesOf.get(log.topicId) ?? { topicId: log.topicId }, decisions)
      logs.set(key, facts)
    }
    return facts
  }
  for (const operation of operations) {
    if (!('log' in operation) || operation.kind === 'commit' || operation.kind === 'committed-offset')
      continue
    add(factsOf(operation.log), operation)
  }
  for (const operation of operations) {
    if (operation.kind !== 'topic-deletion' || operation.outcome === 'failed') continue
    for (const facts of logs.values()) if (facts.log.topicId === operation.topicId) facts.deleted = true
  }
  return logs
}

function add(facts: LogFacts, operation: Send | Read | FinalRead | Damage | Bound | Trim): void {
  switch (operation.kind) {
    case 'send':
      facts.sends.push(operation)
      return
    case 'final-read':
      facts.finalRead = operation
      facts.reads.push(operation)
      return
    case 'read':
      facts.reads.push(operation)
      return
    case 'damage':
      facts.damage.push(operation)
      return
    case 'trim':
      facts.trims.push(operation)
      return
    case 'log-start':
    case 'high-watermark':
      facts.bounds.push(operation)
  }
}

function decide(operations: readonly Operation[]): Map<string, Decision> {
  const decisions = new Map<string, Decision>()
  const ends = operations.filter(
    (operation): operation is TransactionEnd => operation.kind === 'transaction-end'
  )
  for (const { transaction, decision, outcome } of ends) {
    if (outcome === 'ok') decisions.set(transaction, decision === 'commit' ? 'committed' : 'aborted')
    else if (outcome === 'indeterminate' && decision === 'commit') decisions.set(transaction, 'undecided')
  }
  return decisions
}
