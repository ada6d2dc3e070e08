/**
 * Waits for a broker when a service starts. Services and broker are often started together, so its absence is no error
 * for a while; what a person then reads is one sentence, since the stack of a missing broker tells nothing more.
 */
import { type Clock, type Language, type Logger, NaruError, type Timers, sleep } from '@naru/base'
import type { Client } from '@naru/client'
import { ServiceError } from '../errors.ts'

export interface BrokerAtStart {
  readonly name: string
  readonly bootstrap: string | readonly string[]
  /** How long the broker may be away. */
  readonly startMs: number
  readonly language: Language
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

const PAUSE_MS = 500
const NO_BROKER = new Set(['UNREACHABLE', 'TIMEOUT'])

const TEXTS = {
  en: (name: string, place: string, reason: string): string =>
    `the service ${name} finds no Kafka broker at ${place} (${reason}): start one with \`npx naru serve\`, or correct bootstrap or NARU_BOOTSTRAP`,
  ko: (name: string, place: string, reason: string): string =>
    `서비스 ${name}: ${place}에서 응답하는 Kafka 브로커가 없습니다(${reason}). \`npx naru serve\`로 브로커를 실행하거나 bootstrap 또는 NARU_BOOTSTRAP의 주소를 확인하세요`
} as const

/** Resolves when a broker answers; rejects with NO_BROKER when none has by the end, or when the signal aborts. */
export async function brokerAtStart(
  admin: Client['admin'],
  options: BrokerAtStart,
  signal: AbortSignal
): Promise<void> {
  const { clock, timers, startMs, logger, name } = options
  const deadlineMs = clock.monotonicMs() + startMs
  for (let isTold = false; ; isTold = true) {
    try {
      await admin.describeCluster({ timeoutMs: Math.max(1, deadlineMs - clock.monotonicMs()), signal })
      return
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof NaruError) || !error.retriable) throw error
      if (clock.monotonicMs() + PAUSE_MS >= deadlineMs)
        throw NO_BROKER.has(error.code) ? noBroker(options, error) : error
      if (!isTold) logger.log('info', 'waiting-for-broker', { service: name, error: error.message })
    }
    await sleep(timers, PAUSE_MS, signal)
  }
}

/** Prints as its sentence alone where nobody catches it, since neither stack nor fields are there to be shown. */
function noBroker({ name, bootstrap, language }: BrokerAtStart, cause: NaruError): ServiceError {
  const place = typeof bootstrap === 'string' ? bootstrap : bootstrap.join(',')
  // What the system says of the connection stands at the end: ECONNREFUSED, ENOTFOUND.
  const reason = /\((\w+)\)$/.exec(cause.message)?.[1] ?? cause.message
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = new ServiceError('NO_BROKER', TEXTS[language](name, place, reason), { retriable: true })
  Error.stackTraceLimit = stackTraceLimit
  for (const field of Object.keys(error)) Object.defineProperty(error, field, { enumerable: false })
  error.stack = `${error.name} [${error.code}]: ${error.message}`
  return error
}
