/** What a handler gets beside the payload. Everything that costs something is made when it is first asked for. */
import type { LogFields } from '@naru/base'
import type { AnySchema, EventDefinition, EventInput } from '../event/define-event.ts'
import { type EventMeta, readMeta } from '../event/headers.ts'
import { type TraceContext, nextStep, parseTraceParent } from '../event/trace-context.ts'
import type { Work } from '../executor/work.ts'
import type { Attempt } from './attempt.ts'

export interface PublishOptions {
  /** Stable through retries of the caller; chosen by the SDK when left out. */
  readonly id?: string | undefined
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  /** Publishes after this time; not with `at`. */
  readonly delayMs?: number | undefined
  /** Publishes at this time. */
  readonly at?: Date | undefined
}

/** Resolves to the event's id: with a store when it is kept in the transaction, else when the log has it. */
export type Publish = <S extends AnySchema>(
  event: EventDefinition<S>,
  data: EventInput<S>,
  options?: PublishOptions
) => Promise<string>

/** Lines about this record: its event, key and trace are added. */
export interface HandlerLog {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** Of a batch handler, all but `event`, `key` and `record` are about the batch; those three about its first record. */
export interface HandlerContext<Db = undefined> {
  readonly event: EventMeta
  readonly key: string | null
  readonly record: Work['record']
  /** 1 for the first try. */
  readonly attempt: number
  /** Aborts at the deadline, and when the service stops without waiting any longer. */
  readonly signal: AbortSignal
  /** The open transaction, in services with a store. */
  readonly db: Db
  readonly publish: Publish
  readonly trace: TraceContext
  readonly log: HandlerLog
}

export type AnyContext = HandlerContext<unknown>

/** Getters stand on the prototype, so that destructuring asks for what it names and no more. */
export class RecordContext implements AnyContext {
  readonly #attempt: Attempt
  readonly #work: Work
  #event: EventMeta | undefined
  #trace: TraceContext | undefined
  #publish: Publish | undefined
  #log: HandlerLog | undefined

  constructor(attempt: Attempt, work: Work) {
    this.#attempt = attempt
    this.#work = work
  }

  get event(): EventMeta {
    this.#event ??= readMeta(this.#work.record.headers)
    return this.#event
  }

  get key(): string | null {
    return this.#work.record.keyText('utf8')
  }

  get record(): Work['record'] {
    return this.#work.record
  }

  get attempt(): number {
    return this.#work.attempts + 1
  }

  get signal(): AbortSignal {
    return this.#attempt.signal
  }

  get db(): unknown {
    return this.#attempt.db
  }

  get trace(): TraceContext {
    this.#trace ??=
      this.#attempt.trace ??
      nextStep(this.#attempt.environment.random, parseTraceParent(this.event.traceParent))
    return this.#trace
  }

  get publish(): Publish {
    this.#publish ??= (event, data, options) => this.#attempt.publish(this, event, data, options)
    return this.#publish
  }

  get log(): HandlerLog {
    this.#log ??= handlerLog(this.#attempt.environment.logger, {
      type: this.event.type,
      eventId: this.event.id,
      key: this.key,
      traceId: this.trace.traceId,
      attempt: this.attempt
    })
    return this.#log
  }
}

function handlerLog(logger: Attempt['environment']['logger'], about: LogFields): HandlerLog {
  return {
    debug: (event, fields) => logger.log('debug', event, { ...about, ...fields }),
    info: (event, fields) => logger.log('info', event, { ...about, ...fields }),
    warn: (event, fields) => logger.log('warn', event, { ...about, ...fields }),
    error: (event, fields) => logger.log('error', event, { ...about, ...fields })
  }
}
