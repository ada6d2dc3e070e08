/**
 * Faults on purpose: the next requests that match are lost, delayed, refused or cut off. Rules are asked in the
 * order in which they were made; the first one that matches and is not used up decides.
 */
import { sleep, NaruError, type Timers } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { InterceptedRequest, Interception } from '@naru/broker'
import { answerWithError, canAnswerWithError } from './error-answers.ts'
import { groupOf, topicsOf } from './request-subjects.ts'

/** Which requests a fault hits; what is left out matches everything. */
export interface FaultTarget {
  /** Name of the API as Kafka spells it (`Produce`), or its key. */
  readonly api?: string | number
  /** A topic that the request names. */
  readonly topic?: string
  /** The consumer group that the request names. */
  readonly group?: string
  /** Client id of the connection. */
  readonly clientId?: string
  /** Number of the connection, in the order of accepting. */
  readonly connection?: number
}

export interface FaultOptions extends FaultTarget {
  /** How many requests are hit; all of them unless given. */
  readonly times?: number
}

/** A fault that is in force until it is used up, lifted or its scope ends. */
export interface Fault extends Disposable {
  /** Requests hit so far. */
  readonly hits: number
  lift(): void
}

type Effect = (request: InterceptedRequest) => Interception | Promise<Interception>

class Rule implements Fault {
  readonly options: FaultOptions
  readonly effect: Effect
  hits = 0
  lifted = false

  constructor(options: FaultOptions, effect: Effect) {
    this.options = options
    this.effect = effect
  }

  lift(): void {
    this.lifted = true
  }

  [Symbol.dispose](): void {
    this.lift()
  }
}

export class Faults {
  readonly #timers: Timers
  readonly #topicName: (topicId: string) => string | undefined
  #rules: Rule[] = []

  constructor(timers: Timers, topicName: (topicId: string) => string | undefined) {
    this.#timers = timers
    this.#topicName = topicName
  }

  /** The request gets lost on its way: it is neither handled nor answered. */
  loseRequest(options: FaultOptions): Fault {
    return this.#add(options, () => ({ kind: 'lose-request' }))
  }

  /** The request is handled, and its answer gets lost. */
  loseResponse(options: FaultOptions): Fault {
    return this.#add(options, () => ({ kind: 'lose-response' }))
  }

  /** The connection is cut, before the request is handled or (`after: true`) when it was. */
  cut(options: FaultOptions & { readonly after?: boolean }): Fault {
    const kind = options.after === true ? 'cut-after' : 'cut-before'
    return this.#add(options, () => ({ kind }))
  }

  /** The request waits for so many milliseconds (of the broker's clock) before it is handled. */
  delay(options: FaultOptions & { readonly ms: number }): Fault {
    return this.#add(options, async () => {
      await sleep(this.#timers, options.ms)
      return { kind: 'proceed' }
    })
  }

  /** The request is answered with an error and not handled. Fails for an API without a place for errors. */
  error(options: FaultOptions & { readonly error: keyof typeof ErrorCode }): Fault {
    if (!(options.error in ErrorCode))
      throw new NaruError('UNKNOWN_ERROR_NAME', `Kafka has no error ${options.error}`)
    const code = ErrorCode[options.error]
    return this.#add(options, async (request) => {
      if (!canAnswerWithError(request.key)) {
        throw new NaruError(
          'UNSUPPORTED_FAULT',
          `${request.name} cannot be answered with an error on purpose`
        )
      }
      return { kind: 'answer', response: await answerWithError(request, code) }
    })
  }

  /** Lifts every fault. */
  clear(): void {
    for (const rule of this.#rules.splice(0)) rule.lift()
  }

  /** For the broker. */
  intercept(request: InterceptedRequest): Interception | Promise<Interception> {
    this.#rules = this.#rules.filter((rule) => !rule.lifted && rule.hits < (rule.options.times ?? Infinity))
    const rule = this.#rules.find(({ options }) => this.#matches(options, request))
    if (rule === undefined) return { kind: 'proceed' }
    rule.hits++
    return rule.effect(request)
  }

  #add(options: FaultOptions, effect: Effect): Fault {
    const rule = new Rule(options, effect)
    this.#rules.push(rule)
    return rule
  }

  #matches(target: FaultTarget, request: InterceptedRequest): boolean {
    const { api, topic, group, clientId, connection } = target
    if (api !== undefined && api !== request.name && api !== request.key) return false
    if (clientId !== undefined && clientId !== request.clientId) return false
    if (connection !== undefined && connection !== request.connectionId) return false
    if (group !== undefined && groupOf(request.body) !== group) return false
    return topic === undefined || topicsOf(request.body, this.#topicName).includes(topic)
  }
}
