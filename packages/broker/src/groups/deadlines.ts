/**
 * The deadlines of one group besides those of its members, and a lower bound of all of them.
 *
 * A heartbeat only writes a later deadline into its member: the bound may then be too early, the group is looked
 * at once for nothing, and the bound is set right. So a thousand members that are well cost no timers at all.
 */

/** When the join phase ends at the latest; the first one of an empty group is prolonged while members come. */
export interface JoinDeadline {
  readonly atMs: number
  readonly initial: { readonly delayMs: number; readonly remainingMs: number } | undefined
}

export class GroupDeadlines {
  join: JoinDeadline | undefined
  /** When members that did not ask for their assignment are put out. */
  syncMs = Infinity
  /** Nothing of this group is due before. */
  wakeMs = Infinity

  /** Called with every deadline that is set anywhere in the group. */
  note(atMs: number): void {
    if (atMs < this.wakeMs) this.wakeMs = atMs
  }

  setJoin(deadline: JoinDeadline): void {
    this.join = deadline
    this.note(deadline.atMs)
  }

  setSync(atMs: number): void {
    this.syncMs = atMs
    this.note(atMs)
  }

  clearSync(): void {
    this.syncMs = Infinity
  }
}
