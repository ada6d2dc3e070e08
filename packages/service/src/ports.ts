/** What a service needs of a database. Stores implement these; the SDK itself knows no database. */

export type Row = Readonly<Record<string, unknown>>

/** An open transaction; it ends when the function that got it returns or throws. */
export interface Transaction<Native = unknown> {
  /** Resolves to the rows; placeholders are `$1`, `$2`, ... */
  query<R extends object = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]>
  /**
   * A statement whose rows nobody needs, sent together with the commit, which fails with it: it saves a round trip.
   * Adapters need not have it.
   */
  readonly last?: ((sql: string, params: readonly unknown[]) => void) | undefined
  /** The driver's or query builder's own object for this transaction. */
  readonly native: Native
}

/** The three-method adapter. */
export interface Database<Native = unknown> {
  /** Commits when `work` resolves and rolls back when it rejects; rejects with what `work` or the commit threw. */
  transaction<T>(work: (transaction: Transaction<Native>) => Promise<T>): Promise<T>
  query<R extends object = Row>(sql: string, params?: readonly unknown[]): Promise<readonly R[]>
  /** Calls `onNotice` for each NOTIFY on the channel, and with undefined after a lost connection came back. */
  listen(channel: string, onNotice: (payload: string | undefined) => void): Promise<AsyncDisposable>
}

/** An event as it goes to the log: nothing about it is decided any more, except its partition. */
export interface OutgoingEvent {
  /** Stable through retries, so that receivers can tell a repetition. */
  readonly id: string
  readonly topic: string
  readonly key: string | null
  /** Null is a tombstone. */
  readonly value: Uint8Array | null
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
}

export interface Inbox {
  /** False when this group has taken the event before; the mark is kept when the transaction commits. */
  mark(
    transaction: Transaction,
    delivery: { readonly group: string; readonly eventId: string }
  ): Promise<boolean>
}

/** Resolves when all events are acknowledged; rejects when one is not, and then all may be handed over again. */
export type SendEvents = (events: readonly OutgoingEvent[]) => Promise<void>

export interface Outbox {
  /** Keeps the events in the transaction; they are sent after its commit, in the order of their writing per key. */
  write(transaction: Transaction, events: readonly OutgoingEvent[]): Promise<void>
  /** Starts sending what is kept, here and by other processes; disposing it ends the sending after what is under way. */
  relay(send: SendEvents): Promise<AsyncDisposable>
}

/** A service's own database with inbox and outbox in it. */
export interface Store<Native = unknown> extends AsyncDisposable {
  readonly database: Database<Native>
  readonly inbox: Inbox
  readonly outbox: Outbox
  /** Transactions that can be open at once: handlers beyond that wait for their turn, and not for a connection. */
  readonly transactionsMax?: number | undefined
  /** Connects and makes the tables that inbox and outbox need; called by the start of the service. */
  open(service: string): Promise<void>
  /** Rejects when the database does not answer. */
  check(signal: AbortSignal): Promise<void>
}
