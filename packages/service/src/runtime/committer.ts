/**
 * Commits what is finished, one commit at a time: every `commitMs`, before partitions are handed over, and at the end.
 */
import type { NaruError, Timer, Timers } from '@naru/base'
import type { CommitOutcome, PositionToCommit } from '@naru/client'
import { asError } from '../errors.ts'
import type { PartitionRun } from '../executor/partition-run.ts'
import type { Outgoing } from '../publish/publisher.ts'

export interface CommitterOptions {
  readonly timers: Timers
  readonly commitMs: number
  readonly runs: () => readonly PartitionRun[]
  /** Writes positions, and with `exactlyOnce` what was published, as one. */
  readonly commit: (
    positions: readonly PositionToCommit[],
    events: readonly Outgoing[]
  ) => Promise<CommitOutcome>
  readonly onTrouble: (error: NaruError | Error) => void
}

/** A set of positions with what belongs to them; tried again as it is until it is decided. */
interface Commit {
  readonly entries: ReadonlyArray<{
    readonly run: PartitionRun
    readonly position: { readonly offset: number; readonly metadata: string }
    readonly events: readonly Outgoing[]
  }>
}

export class Committer {
  readonly #options: CommitterOptions
  #timer: Timer | undefined
  #last: Promise<boolean> = Promise.resolve(true)
  #undecided: Commit | undefined

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  start(): void {
    const { timers, commitMs } = this.#options
    this.#timer = timers.after(
      commitMs,
      () => {
        this.commit()
          .then(() => {
            if (this.#timer !== undefined) this.start()
          })
          .catch(this.#options.onTrouble)
      },
      { background: true }
    )
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Resolves to true when all that is finished now is committed. */
  commit(): Promise<boolean> {
    this.#last = this.#last.then(() => this.#commit())
    return this.#last
  }

  async #commit(): Promise<boolean> {
    // What a transaction could not decide yet is decided first, exactly as it was.
    if (this.#undecided !== undefined && !(await this.#write(this.#undecided))) return false
    const entries = this.#options.runs().flatMap((run) => {
      const position = run.toCommit
      return position === undefined ? [] : [{ run, position, events: run.staged.splice(0) }]
    })
    return entries.length === 0 || this.#write({ entries })
  }

  async #write(commit: Commit): Promise<boolean> {
    const alive = commit.entries.filter(({ run }) => !run.isGone)
    const positions = alive.map(({ run, position }) => ({ ...run.place, ...position }))
    // What a partition published that went to somebody else is published by whoever redoes its records.
    const events = alive.flatMap((entry) => entry.events)
    this.#undecided = events.length > 0 ? commit : undefined
    if (alive.length === 0) {
      this.#undecided = undefined
      return true
    }
    try {
      const outcome = await this.#options.commit(positions, events)
      // A generation that has passed says nothing about partitions that this member keeps: what they have published goes
      // with the next commit. Those that went away are gone by then.
      if (outcome !== 'done') return false
      this.#undecided = undefined
      for (const { run, position } of alive) run.committed(position)
      return true
    } catch (error) {
      this.#options.onTrouble(asError(error))
      return false
    }
  }
}
