/** What the executor can do with a record: run its handler, move it on, give it up. */
import { type Logger, NaruError } from '@naru/base'
import type { GroupReader } from '@naru/client'
import { HeaderName, headerText } from '../event/headers.ts'
import type { Actions } from '../executor/executor.ts'
import type { Work } from '../executor/work.ts'
import type { HandlerRunner } from '../handler/handler-runner.ts'
import type { RouteTable } from '../handler/route-table.ts'
import type { Route } from '../handler/route.ts'
import type { Publisher } from '../publish/publisher.ts'
import { cutLetter, toDeadLetter, toRetry } from '../retry/moved-records.ts'
import type { RecordLimits } from '../retry/record-limits.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import { retriedTopic } from '../retry/topics.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'

export interface ServiceActionsOptions {
  readonly group: string
  readonly retry: RetryPolicy
  /** What moves to a retry or dead letter topic goes with the commit that passes its record. */
  readonly isExactlyOnce: boolean
  readonly table: () => RouteTable
  readonly runner: HandlerRunner
  readonly publisher: Publisher
  readonly limits: RecordLimits
  readonly telemetry: Telemetry
  readonly logger: Logger
  readonly reader: () => GroupReader | undefined
  readonly onBug: (error: Error) => void
}

export function serviceActions(options: ServiceActionsOptions): Actions {
  const { group, retry, table, runner, publisher, reader, onBug, telemetry, isExactlyOnce } = options
  const { limits } = options
  const routeOf = (work: Work): Route | undefined => {
    work.resolution ??= table().resolve(
      retriedTopic(work.record.topic, group) ?? work.record.topic,
      work.record
    )
    return work.resolution.kind === 'handle' ? work.resolution.route : undefined
  }
  return {
    batchMax: (work) => routeOf(work)?.batchMax ?? 1,
    isSameHandler: (one, other) => routeOf(one) === routeOf(other),
    policy: (work) => routeOf(work)?.policy ?? retry,
    handle: (run, works) => {
      const [work] = works
      if (work === undefined) return undefined
      const route = routeOf(work)
      if (route === undefined) return work.resolution?.kind === 'refuse' ? work.resolution.error : undefined
      telemetry.handled(run.topic, works.length)
      return runner.run(run, route, works)
    },
    moveToRetry: async (run, works) => {
      const settings = { group, topic: run.topic, mover: run.moved?.mover ?? '' }
      if (isExactlyOnce) for (const work of works) work.staged = [toRetry(work, settings)]
      else await Promise.all(works.map((work) => publisher.publish(toRetry(work, settings))))
    },
    deadLetter: async (run, work, error) => {
      await replyError(publisher, work, error)
      const whole = toDeadLetter(work, error, { group, topic: run.topic })
      const letter = (await limits.fits(whole)) ? whole : cutLetter(whole, work)
      if (isExactlyOnce) work.staged = [letter]
      else await publisher.publish(letter)
    },
    pause: (place) => reader()?.pause(place),
    resume: (place) => reader()?.resume(place),
    onFailed: (work, error, next) => noteFailure(options, work, error, next),
    onBug
  }
}

/** Who asked learns that there will be no answer. */
async function replyError(publisher: Publisher, { record }: Work, error: Error): Promise<void> {
  const topic = headerText(record.headers, HeaderName.replyTopic)
  const correlationId = headerText(record.headers, HeaderName.correlationId)
  if (topic === undefined || correlationId === undefined) return
  const headers = [
    [HeaderName.correlationId, correlationId],
    [HeaderName.replyError, error.message]
  ] as const
  // A requester that is gone has taken its topic along.
  await publisher.publish({ topic, key: null, value: null, headers }).catch(() => undefined)
}

function noteFailure(
  { telemetry, logger }: ServiceActionsOptions,
  work: Work,
  error: Error,
  next: 'retry' | 'move' | 'dead-letter'
): void {
  const { topic, partition, offset, headers } = work.record
  const code = error instanceof NaruError ? error.code : error.name
  telemetry.failed(topic, code)
  logger.log(next === 'retry' ? 'warn' : 'error', `record-failed-${next}`, {
    topic,
    partition,
    offset,
    eventId: headerText(headers, HeaderName.id),
    attempt: work.attempts,
    code,
    error: error.message
  })
}
