/**
 * Sends what the outbox holds. Any number of relays work side by side: each takes the lanes that nobody else works on
 * (SKIP LOCKED), sends their events in the order of their numbers, deletes them, and lets the lanes go.
 *
 * A relay that dies between sending and deleting leaves the events there; the next one sends them again under the same
 * id. The deletion does not wait for the disk for the same reason.
 */
import { NaruError, type Timer, type Timers, errorCode } from '@naru/base'
import type { Database, OutgoingEvent, SendEvents, Transaction } from '../ports.ts'
import { FAILURE_CHARACTERS_MAX, OUTBOX_LANES, RELAY_BATCH_MAX } from './limits.ts'

export interface RelayOptions {
  readonly database: Database
  readonly send: SendEvents
  readonly timers: Timers
  readonly pollMs: number
  readonly onTrouble: (trouble: unknown) => void
}

interface StoredEvent {
  /** Where the row lies, which stays so as long as the relay has the lane. */
  readonly place: string
  readonly id: string
  readonly topic: string
  readonly key: string | null
  readonly value: Uint8Array | null
  readonly headers: OutgoingEvent['headers']
}

/** `more` when there may be more at once, `sent` when all was sent, `busy` when another relay held lanes, else `idle`. */
type Outcome = 'more' | 'sent' | 'busy' | 'idle'

const BUSY_MS = 5
/** While events keep coming, the next look waits for some company: a pass costs the same for one as for many. */
const GATHER_MS = 2
const TROUBLE_MS_MIN = 50
const TROUBLE_MS_MAX = 1_000
/**
 * With settings of this transaction: a relay whose process hangs must not hold its lanes for ever, and the events are
 * found by their index however large the table has been. The lanes go on to the next statement as a setting, so that
 * both are sent at once.
 */
const TAKE_LANES = `
  select count(lane)::int as lanes,
    set_config('naru.lanes', coalesce(array_agg(lane), '{}')::text, true),
    set_config('synchronous_commit', 'off', true),
    set_config('enable_seqscan', 'off', true),
    set_config('idle_in_transaction_session_timeout', '60s', true)
  from (select lane from naru.outbox_lane order by lane for update skip locked) as free`
/** Sees what was committed before the lanes were locked, since it is a statement of its own. */
const TAKE_EVENTS = `
  select ctid as place, event_id as id, topic, key, value, headers
  from naru.outbox
  where lane = any ((select current_setting('naru.lanes')::int[])::int[]) and failed_at is null
  order by outbox.id limit ${RELAY_BATCH_MAX}`

const DELETE = 'delete from naru.outbox where ctid = any ($1::tid[])'

const REFUSALS: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION'
])

export class Relay {
  readonly #options: RelayOptions
  readonly #running: Promise<void>
  #wake = Promise.withResolvers<void>()
  #closed = false

  constructor(options: RelayOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  /** There is something to send, perhaps. */
  wake(): void {
    this.#wake.resolve()
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.wake()
    await this.#running
  }

  async #run(): Promise<void> {
    const { pollMs, onTrouble } = this.#options
    let troubleMs = TROUBLE_MS_MIN
    while (!this.#closed) {
      // Before the look: what is written during it wakes the next one.
      this.#wake = Promise.withResolvers()
      try {
        const outcome = await this.#pass()
        troubleMs = TROUBLE_MS_MIN
        if (outcome === 'sent') await this.#rest(GATHER_MS, { evenWhenWoken: true })
        else if (outcome !== 'more') await this.#rest(outcome === 'busy' ? BUSY_MS : pollMs)
      } catch (error) {
        if (this.#closed) return
        onTrouble(error)
        await this.#rest(troubleMs, { evenWhenWoken: true })
        troubleMs = Math.min(TROUBLE_MS_MAX, troubleMs * 2)
      }
    }
  }

  async #rest(ms: number, { evenWhenWoken = false } = {}): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer: Timer = this.#options.timers.after(ms, resolve, { background: true })
    await (evenWhenWoken ? promise : Promise.race([promise, this.#wake.promise]))
    timer.cancel()
  }

  #pass(): Promise<Outcome> {
    return this.#options.database.transaction(async (transaction) => {
      const [[taken], events] = await Promise.all([
        transaction.query<{ readonly lanes: number }>(TAKE_LANES, []),
        transaction.query<StoredEvent>(TAKE_EVENTS, [])
      ])
      const lanes = taken?.lanes ?? 0
      if (events.length > 0) {
        const sent = await this.#send(transaction, events)
        if (transaction.last === undefined) await transaction.query(DELETE, [sent])
        else transaction.last(DELETE, [sent])
      }
      if (events.length === RELAY_BATCH_MAX) return 'more'
      if (events.length > 0) return 'sent'
      return lanes < OUTBOX_LANES ? 'busy' : 'idle'
    })
  }

  /** Resolves to the places of what was sent. */
  async #send(transaction: Transaction, events: readonly StoredEvent[]): Promise<readonly string[]> {
    try {
      await this.#options.send(events)
      return events.map(({ place }) => place)
    } catch (error) {
      if (!isRefusal(error)) throw error
      return this.#sendOneByOne(transaction, events)
    }
  }

  /** One of them is refused for good (too large, no valid topic): it is put aside, and the others go on. */
  async #sendOneByOne(transaction: Transaction, events: readonly StoredEvent[]): Promise<readonly string[]> {
    const sent: string[] = []
    for (const event of events) {
      try {
        await this.#options.send([event])
        sent.push(event.place)
      } catch (error) {
        if (!isRefusal(error)) throw error
        this.#options.onTrouble(error)
        await transaction.query(
          'update naru.outbox set failed_at = now(), failure = $2 where ctid = $1::tid',
          [event.place, `${errorCode(error) ?? ''} ${error.message}`.trim().slice(0, FAILURE_CHARACTERS_MAX)]
        )
      }
    }
    return sent
  }
}

/**
 * Whether the broker will never take the event, whatever happens. Everything else passes or can be repaired, a right that
 * is missing as well as a client that is being closed, and the event waits.
 */
function isRefusal(error: unknown): error is NaruError {
  return error instanceof NaruError && REFUSALS.has(error.code)
}
