/**
 * Faults on purpose: the next requests that match are lost, delayed, refused or cut off. Rules are asked in the
 * order in which they were made; the first one that matches and is not used up decides.
 */
import { sleep, NaruError, type Timers } from '@naru/base'
import { ApiKey, ErrorCode, type ErrorName } from '@naru/protocol'
import type { InterceptedRequest, Interception } from '@naru/broker'
import { answerWithError, canAnswerWithError, type Node } from './error-answers/index.ts'
import { checkFault, keyOf, matches, misuse, type FaultOptions, type FaultTarget } from './fault-target.ts'
import type { Lookups } from './request-subjects.ts'

/** Requests as they reach the broker, without a change. */
export interface Observation extends Disposable {
  /** Requests seen so far. */
  readonly hits: number
  /** Resolves when that many were seen, 1 unless given. */
  whenHit(count?: number): Promise<void>
  /** Ends it. */
  lift(): void
}

/** A fault that is in force until it is used up, lifted or its scope ends. */
export interface Fault extends Observation {
  /** Ends it; requests that it delays go on at once. */
  lift(): void
}

/** What faults have to know of the broker around them. */
export interface FaultSurroundings extends Lookups {
  readonly timers: Timers
  node(): Node
}

/** `dead` aborts when the broker that got the request was stopped or has crashed. */
type Effect = (
  request: InterceptedRequest,
  at: { readonly rule: Rule; readonly dead: AbortSignal }
) => Interception | Promise<Interception>

/** Whether the fault can be done to this request at all. */
type Suits = (request: InterceptedRequest) => boolean

class Rule implements Fault {
  readonly options: FaultOptions
  readonly effect: Effect
  readonly suits: Suits
  readonly #lifted = new AbortController()
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = []
  hits = 0

  constructor(options: FaultOptions, effect: Effect, suits: Suits = () => true) {
    this.options = options
    this.effect = effect
    this.suits = suits
  }

  get lifted(): AbortSignal {
    return this.#lifted.signal
  }

  get inForce(): boolean {
    return !this.lifted.aborted && this.hits < (this.options.times ?? Infinity)
  }

  concerns(request: InterceptedRequest, lookups: Lookups): boolean {
    return this.suits(request) && matches(this.options, request, lookups)
  }

  hit(): void {
    this.hits++
    for (const { count, resolve } of this.#waiting) if (count === this.hits) resolve()
  }

  whenHit(count = 1): Promise<void> {
    if (this.hits >= count) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ count, resolve }))
  }

  lift(): void {
    this.#lifted.abort()
  }

  [Symbol.dispose](): void {
    this.lift()
  }
}

export class Faults {
  readonly #surroundings: FaultSurroundings
  #rules: Rule[] = []
  #observers: Rule[] = []

  constructor(surroundings: FaultSurroundings) {
    this.#surroundings = surroundings
  }

  /**
   * Changes nothing, whatever other faults do: for a test that has to know that a request is there before it goes on.
   */
  observe(target: FaultTarget = {}): Observation {
    checkFault('observe', target)
    const observer = new Rule(target, proceed)
    this.#observers.push(observer)
    return observer
  }

  /** The request gets lost on its way: it is neither handled nor answered. */
  loseRequest(options: FaultOptions = {}): Fault {
    checkFault('loseRequest', options)
    return this.#force(new Rule(options, () => ({ kind: 'lose-request' })))
  }

  /** The request is handled, and its answer gets lost. */
  loseResponse(options: FaultOptions = {}): Fault {
    checkFault('loseResponse', options)
    return this.#force(new Rule(options, () => ({ kind: 'lose-response' })))
  }

  /** The connection is cut, before the request is handled or (`after: true`) when it was. */
  cut(options: FaultOptions & { readonly after?: boolean } = {}): Fault {
    checkFault('cut', options, ['after'])
    const kind = options.after === true ? 'cut-after' : 'cut-before'
    return this.#force(new Rule(options, () => ({ kind })))
  }

  /**
   * The request waits for so many milliseconds (of the broker's clock) before it is handled, and what comes after
   * it on its connection waits behind it. With `Infinity` it waits until the fault is lifted.
   */
  delay(options: FaultOptions & { readonly ms: number }): Fault {
    checkFault('delay', options, ['ms'])
    const { ms } = options
    if (!(ms >= 0)) throw new NaruError('INVALID_OPTION', `faults.delay: ms has to be 0 or more, not ${ms}`)
    const wait: Effect = async (_request, { rule, dead }) => {
      const over = AbortSignal.any([rule.lifted, dead])
      await sleep(this.#surroundings.timers, ms, over).catch(() => undefined)
      return dead.aborted ? { kind: 'lose-request' } : proceed()
    }
    return this.#force(new Rule(options, wait))
  }

  /** The request is answered with the error instead of being handled. Without an `api`, whatever has room for errors. */
  error(options: FaultOptions & { readonly error: Exclude<ErrorName, 'NONE'> }): Fault {
    checkFault('error', options, ['error'])
    const { error, api } = options
    if (!(error in ErrorCode)) {
      throw misuse('UNKNOWN_ERROR_NAME', `Kafka has no error '${error}'`, error, Object.keys(ErrorCode))
    }
    if (api !== undefined && !canAnswerWithError(keyOf(api))) {
      throw new NaruError('UNSUPPORTED_FAULT', `${api} cannot be answered with an error on purpose`)
    }
    const refuse = (request: InterceptedRequest): Interception => {
      // Nobody waits for an answer there; a broker that has to refuse such a batch closes the connection.
      if (isUnanswered(request)) return { kind: 'cut-before' }
      const response = answerWithError(request, ErrorCode[error], this.#surroundings.node())
      return { kind: 'answer', response }
    }
    return this.#force(new Rule(options, refuse, (request) => canAnswerWithError(request.key)))
  }

  /** Lifts every fault. */
  clear(): void {
    for (const rule of [...this.#rules.splice(0), ...this.#observers.splice(0)]) rule.lift()
  }

  /** For the broker: what happens to this request. */
  intercept(request: InterceptedRequest, dead: AbortSignal): Interception | Promise<Interception> {
    this.#observers = this.#observers.filter((rule) => rule.inForce)
    this.#rules = this.#rules.filter((rule) => rule.inForce)
    const concerns = (rule: Rule): boolean => rule.concerns(request, this.#surroundings)
    for (const observer of this.#observers.filter(concerns)) observer.hit()
    const rule = this.#rules.find(concerns)
    if (rule === undefined) return proceed()
    rule.hit()
    return rule.effect(request, { rule, dead })
  }

  #force(rule: Rule): Fault {
    this.#rules.push(rule)
    return rule
  }
}

function proceed(): Interception {
  return { kind: 'proceed' }
}

/** Produce with acks=0. */
function isUnanswered({ key, body }: InterceptedRequest): boolean {
  return key === ApiKey.Produce && (body as { readonly acks?: unknown }).acks === 0
}
