/**
 * Events that are written in the user's transaction and sent after its commit.
 *
 * Order per key is the order of the commits: writing takes a lock on the key until the end of the transaction and only
 * then draws the event's number, so that numbers of one key never overtake each other. The relays send by number.
 */
import { NaruError, type Timers } from '@naru/base'
import type { Database, Outbox, OutgoingEvent, SendEvents, Transaction } from '../ports.ts'
import { keyHash, laneOf } from './lanes.ts'
import { OUTBOX_EVENTS_PER_TRANSACTION_MAX } from './limits.ts'
import { Relay } from './relay.ts'
import { KEY_LOCK } from './schema.ts'

export interface OutboxOptions {
  readonly database: Database
  /** Where the relays take from; the same tables, but never behind those who wait for a connection. */
  readonly relayDatabase: Database
  readonly timers: Timers
  readonly pollMs: number
  /** Gets what the relay had to give up or to wait for. */
  readonly onTrouble: (trouble: unknown) => void
}

const OUTBOX_CHANNEL = 'naru_outbox'

/** Most transactions publish one event. The lock comes first, and the number is drawn after it; without a key, no lock. */
const WRITE_ONE = `
  with locked as materialized (select pg_advisory_xact_lock(${KEY_LOCK}, $1::int))
  insert into naru.outbox (lane, event_id, topic, key, value, headers)
  select $2::smallint, $3::text, $4::text, $5::text, $6::bytea, $7::json from locked`

const WRITE_ALL =
  'select naru.outbox_write($1::int[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::int[])'

export class PostgresOutbox implements Outbox {
  readonly #options: OutboxOptions
  /** How many events each open transaction has written. */
  readonly #written = new WeakMap<Transaction, number>()
  readonly #relays = new Set<Relay>()

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  async write(transaction: Transaction, events: readonly OutgoingEvent[]): Promise<void> {
    if (events.length === 0) return
    const count = (this.#written.get(transaction) ?? 0) + events.length
    if (count > OUTBOX_EVENTS_PER_TRANSACTION_MAX) {
      throw new NaruError(
        'OUTBOX_FULL',
        `one transaction publishes at most ${OUTBOX_EVENTS_PER_TRANSACTION_MAX} events: divide the work`
      )
    }
    this.#written.set(transaction, count)
    const [only] = events
    const { sql, params } = events.length === 1 && only !== undefined ? writingOne(only) : writingAll(events)
    if (transaction.last === undefined) await transaction.query(sql, params)
    else transaction.last(sql, params)
  }

  /** To be called after a commit: what the transaction has written is sent now. */
  committed(transaction: Transaction): void {
    if (!this.#written.has(transaction)) return
    if (this.#relays.size > 0) for (const relay of this.#relays) relay.wake()
    else this.#notify()
  }

  async relay(send: SendEvents): Promise<AsyncDisposable> {
    const { database, relayDatabase } = this.#options
    const relay = new Relay({ ...this.#options, database: relayDatabase, send })
    this.#relays.add(relay)
    const listening = await database.listen(OUTBOX_CHANNEL, () => relay.wake())
    return {
      [Symbol.asyncDispose]: async () => {
        this.#relays.delete(relay)
        await relay.close()
        await listening[Symbol.asyncDispose]()
      }
    }
  }

  /**
   * Wakes the relays of other processes, for a process that only writes. After the commit and not in it: PostgreSQL lets
   * transactions that notify commit one after another, each with a sync of its own. Where it gets lost, the next look
   * of a relay finds the event.
   */
  #notify(): void {
    this.#options.database.query(`notify ${OUTBOX_CHANNEL}`).catch(this.#options.onTrouble)
  }
}

interface Statement {
  readonly sql: string
  readonly params: readonly unknown[]
}

function writingOne(event: OutgoingEvent): Statement {
  const { id, topic, key, headers } = event
  const hash = key === null ? null : keyHash(key)
  return {
    sql: WRITE_ONE,
    params: [hash, laneOf(event), id, topic, key, payloadOf(event), JSON.stringify(headers)]
  }
}

function writingAll(events: readonly OutgoingEvent[]): Statement {
  const params = [
    events.map((event) => laneOf(event)),
    events.map(({ id }) => id),
    events.map(({ topic }) => topic),
    events.map(({ key }) => key),
    events.map(payloadOf),
    events.map(({ headers }) => JSON.stringify(headers)),
    events.flatMap(({ key }) => (key === null ? [] : [keyHash(key)]))
  ]
  return { sql: WRITE_ALL, params }
}

function payloadOf({ value }: OutgoingEvent): Buffer | null {
  return value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.length)
}
