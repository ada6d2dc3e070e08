/**
 * A group's committed offset in one partition is a register: what is read back was written, and not long since
 * overwritten. A commit without an answer may take effect at any later time.
 */
import type { Anomaly } from './anomaly.ts'
import { logKey, logName, type Commit, type CommittedOffset, type Operation } from './history.ts'

interface Register {
  readonly where: string
  readonly commits: Commit[]
  readonly answers: CommittedOffset[]
}

export function checkCommits(operations: readonly Operation[]): Anomaly[] {
  const registers = new Map<string, Register>()
  const deleted = new Set<string>()
  for (const operation of operations) {
    if (operation.kind === 'topic-deletion') deleted.add(operation.topicId)
    if (operation.kind !== 'commit' && operation.kind !== 'committed-offset') continue
    const key = `${operation.group} ${logKey(operation.log)}`
    const register = registers.get(key) ?? {
      where: `${operation.group} in ${logName(operation.log)}`,
      commits: [],
      answers: []
    }
    registers.set(key, register)
    if (operation.kind === 'commit') register.commits.push(operation)
    else if (!deleted.has(operation.log.topicId)) register.answers.push(operation)
  }
  return [...registers.values()].flatMap(checkRegister)
}

function checkRegister({ where, commits, answers }: Register): Anomaly[] {
  return answers.flatMap((answer) => {
    if (isLegal(commits, answer)) return []
    const before = commits.filter(
      ({ outcome, completedMs }) => outcome === 'ok' && completedMs < answer.invokedMs
    )
    const expected = before.at(-1)?.offset ?? -1
    const detail = `${answer.client} was told ${answer.offset}, ${expected} was committed last`
    return [{ name: 'committed-offset-regression' as const, where, detail }]
  })
}

function isLegal(commits: readonly Commit[], answer: CommittedOffset): boolean {
  const isOverwritten = (endMs: number): boolean =>
    commits.some(
      ({ outcome, invokedMs, completedMs }) =>
        outcome === 'ok' && invokedMs > endMs && completedMs < answer.invokedMs
    )
  if (answer.offset < 0) return !isOverwritten(-1)
  return commits.some((commit) => {
    if (commit.offset !== answer.offset || commit.invokedMs > answer.completedMs) return false
    if (commit.outcome === 'indeterminate') return true
    return commit.outcome === 'ok' && !isOverwritten(commit.completedMs)
  })
}
