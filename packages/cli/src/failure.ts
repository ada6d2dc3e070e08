/** Trouble that ends the command, told to a person: what happened, why, and what to do next. */
import { NaruError } from '@naru/base'
import { type ExitCode, exitCodeOf } from './exit-codes.ts'
import type { MessageKey, Messages } from './i18n/messages.ts'

/** Ends the command with a sentence, a next step and an exit code; the texts are in the reader's language. */
export class Failure extends Error {
  readonly exitCode: ExitCode
  /** A command or an action that helps. */
  readonly next: string | undefined

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { readonly next?: string; readonly cause?: unknown } = {}
  ) {
    super(message, { cause: options.cause })
    this.name = 'Failure'
    this.exitCode = exitCode
    this.next = options.next
  }
}

/** What the command was about, for the next step. */
export interface Context {
  readonly bootstrap?: string | undefined
  readonly topic?: string | undefined
  readonly group?: string | undefined
}

/** What a code means to a person; the broker's own sentence is added. */
const SENTENCES: Readonly<Partial<Record<string, MessageKey>>> = {
  INVALID_OPTION: 'error.invalid-option',
  UNKNOWN_TOPIC_OR_PARTITION: 'error.unknown-topic',
  UNKNOWN_TOPIC_ID: 'error.unknown-topic',
  GROUP_ID_NOT_FOUND: 'error.unknown-group',
  TOPIC_ALREADY_EXISTS: 'error.topic-exists',
  NON_EMPTY_GROUP: 'error.group-not-empty',
  UNKNOWN_MEMBER_ID: 'error.group-not-empty',
  MESSAGE_TOO_LARGE: 'error.message-too-large',
  OFFSET_OUT_OF_RANGE: 'error.offset-out-of-range',
  CORRUPT_MESSAGE: 'error.corrupt-message',
  UNREACHABLE: 'error.unreachable',
  TIMEOUT: 'error.timeout',
  REQUEST_TIMED_OUT: 'error.timeout'
}

const NEXT_STEPS: Readonly<Partial<Record<string, MessageKey>>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'next.unknown-topic',
  UNKNOWN_TOPIC_ID: 'next.unknown-topic',
  GROUP_ID_NOT_FOUND: 'next.unknown-group',
  TOPIC_ALREADY_EXISTS: 'next.topic-exists',
  NON_EMPTY_GROUP: 'next.group-not-empty',
  UNKNOWN_MEMBER_ID: 'next.group-not-empty',
  MESSAGE_TOO_LARGE: 'next.message-too-large',
  OFFSET_OUT_OF_RANGE: 'next.offset-out-of-range',
  CORRUPT_MESSAGE: 'next.corrupt-message',
  UNREACHABLE: 'next.unreachable',
  TIMEOUT: 'next.timeout',
  REQUEST_TIMED_OUT: 'next.timeout'
}

/** Any error as a Failure in the reader's language. */
export function failureOf(error: unknown, messages: Messages, context: Context = {}): Failure {
  if (error instanceof Failure) return error
  if (!(error instanceof NaruError)) return unexpected(error, messages)
  const values = {
    ...subjectOf(error),
    ...withoutUndefined(context),
    code: error.code,
    reason: reasonOf(error)
  }
  const sentence = 'partition' in values ? partitionSentence(error) : SENTENCES[error.code]
  const next = NEXT_STEPS[error.code]
  return new Failure(exitCodeOf(error.code), messages.lookup(sentence ?? 'error.refused', values), {
    cause: error,
    ...(next === undefined ? {} : { next: messages.lookup(next, values) })
  })
}

/** The address is in the sentence already; what the client adds to it is the system's code, in parentheses. */
function reasonOf({ code, message }: NaruError): string {
  return (code === 'UNREACHABLE' && /\((E[A-Z_]+)\)$/.exec(message)?.[1]) || message
}

function unexpected(error: unknown, messages: Messages): Failure {
  const reason = error instanceof Error ? error.message : String(error)
  return new Failure(exitCodeOf(undefined), messages.text('error.unexpected', { reason }), { cause: error })
}

/** Kafka has one code for a missing topic and a missing partition. */
function partitionSentence({ code }: NaruError): MessageKey | undefined {
  return code === 'UNKNOWN_TOPIC_OR_PARTITION' ? 'error.unknown-partition' : SENTENCES[code]
}

/** What the error is about: topic, partition, offset, ... */
function subjectOf(error: NaruError): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(error).filter(([, value]) => typeof value === 'string' || typeof value === 'number')
  ) as Readonly<Record<string, string | number>>
}

function withoutUndefined(context: Context): Readonly<Record<string, string>> {
  const given = Object.entries(context).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Readonly<Record<string, string>>
}
