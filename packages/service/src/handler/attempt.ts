/** One try of a handler: its deadline, its transaction, and what it publishes. */
import { hash } from 'node:crypto'
import type { Clock, Logger, Random, Timers } from '@naru/base'
import type { AnySchema, EventDefinition, EventInput } from '../event/define-event.ts'
import { encodeEvent } from '../event/encode-event.ts'
import type { TraceContext } from '../event/trace-context.ts'
import type { OutgoingEvent, Transaction } from '../ports.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { type Delay, delayed } from '../publish/delayed.ts'
import type { PublishOptions, RecordContext } from './context.ts'

export interface AttemptEnvironment {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  /** CloudEvents' source of what is published. */
  readonly source: string
  /** Where delayed events wait. */
  readonly scheduledTopic: string
  /** Registers the event's contract when it is first published. */
  beforePublish(event: EventDefinition<AnySchema>): Promise<void>
  /** Rejects what the log would refuse, where it is only written later. */
  readonly beforeKeep?: (event: OutgoingEvent) => Promise<void>
  readonly telemetry: Pick<Telemetry, 'publishing'>
  /** Sends now; resolves when the log has it. */
  send(event: OutgoingEvent): Promise<void>
}

/** `now` sends at once, `kept` collects: for the outbox, or for the transaction of the log. */
export type PublishMode = 'now' | 'kept'

export class Attempt {
  readonly environment: AttemptEnvironment
  readonly #mode: PublishMode
  readonly #causeId: () => string | undefined
  #controller: AbortController | undefined
  #abortReason: Error | undefined
  #ordinal = 0
  #pending: Array<Promise<unknown>> | undefined
  #kept: OutgoingEvent[] | undefined
  /** The open transaction. */
  db: Transaction | undefined
  /** The span of this try, where spans are recorded. */
  trace: TraceContext | undefined
  /** Told when the try is given up. */
  onAbort: ((reason: Error) => void) | undefined

  constructor(environment: AttemptEnvironment, mode: PublishMode, causeId: () => string | undefined) {
    this.environment = environment
    this.#mode = mode
    this.#causeId = causeId
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason)
    return this.#controller.signal
  }

  /** Why the try was given up, if it was. */
  get abortReason(): Error | undefined {
    return this.#abortReason
  }

  get hasPublished(): boolean {
    return this.#pending !== undefined
  }

  /** What was published and has to be kept with the try's success. */
  get kept(): readonly OutgoingEvent[] {
    return this.#kept ?? []
  }

  abort(reason: Error): void {
    this.#abortReason = reason
    this.#controller?.abort(reason)
    this.onAbort?.(reason)
  }

  publish<S extends AnySchema>(
    context: RecordContext,
    event: EventDefinition<S>,
    data: EventInput<S>,
    options: PublishOptions = {}
  ): Promise<string> {
    const published = this.#publish(context, event, data, options)
    this.#pending ??= []
    this.#pending.push(published)
    // A handler need not wait for it: the try does, and fails with it.
    published.catch(() => undefined)
    return published
  }

  /** Keeps or sends an event that is encoded already. */
  async give(event: OutgoingEvent): Promise<void> {
    if (this.#mode === 'now') await this.environment.send(event)
    else {
      await this.environment.beforeKeep?.(event)
      this.#kept ??= []
      this.#kept.push(event)
    }
  }

  /** Resolves when all that was published has arrived where it has to; rejects with the first that did not. */
  async settle(): Promise<void> {
    while (this.#pending !== undefined && this.#pending.length > 0) await Promise.all(this.#pending.splice(0))
  }

  async #publish<S extends AnySchema>(
    context: RecordContext,
    event: EventDefinition<S>,
    data: EventInput<S>,
    options: PublishOptions
  ): Promise<string> {
    // An attempt that was given up must not publish what its successor publishes too.
    if (this.#abortReason !== undefined) throw this.#abortReason
    const { environment } = this
    const id = options.id ?? this.#nextId()
    await environment.beforePublish(event)
    const { topic, name } = event
    return environment.telemetry.publishing({ topic, name, cause: context.trace }, async (trace) => {
      const { headers } = options
      const outgoing = await encodeEvent(environment, event, data, { id, trace, headers })
      await this.give(waiting(environment, outgoing, options))
      return outgoing.id
    })
  }

  /** The same for the same record, try by try, so that receivers know a repetition. */
  #nextId(): string | undefined {
    const cause = this.#causeId()
    const ordinal = this.#ordinal++
    if (cause === undefined) return undefined
    return hash('sha256', `${cause}\n${this.environment.source}\n${ordinal}`, 'base64url').slice(0, ID_CHARS)
  }
}

/** 132 bits: no two events of a system ever share them. */
const ID_CHARS = 22

/** The event itself, or the form in which it waits for its time. */
export function waiting(
  { clock, scheduledTopic }: Pick<AttemptEnvironment, 'clock' | 'scheduledTopic'>,
  event: OutgoingEvent,
  delay: Delay
): OutgoingEvent {
  return delayed(event, delay, { nowMs: clock.wallMs(), scheduledTopic })
}
