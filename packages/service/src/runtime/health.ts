/** The state of a service, as a probe or a page shows it. */
import { NaruError, type Timers } from '@naru/base'
import type { Place } from '@naru/client'
import type { Store } from '../ports.ts'
import type { ServiceRuntime } from './service-runtime.ts'

export interface Health {
  readonly service: string
  /** `ok` works; `degraded` works on, with trouble that it tries to get over; `down` does not work. */
  readonly status: 'ok' | 'degraded' | 'down'
  readonly state: string
  readonly trouble: string | undefined
  readonly partitions: readonly Place[]
  /** Handlers at work. */
  readonly running: number
  /** Records that were read and are not finished. */
  readonly waiting: number
  /** Keys that have records in retry topics. */
  readonly movedKeys: number
  readonly scheduled: number
  /** Events on their way to the log. */
  readonly publishing: number
}

interface Subject {
  readonly name: string
  readonly state: string
  readonly runtime: ServiceRuntime | undefined
  readonly store: Store | undefined
}

const CHECK_MS_MAX = 2_000

export async function healthOf(
  { name, state, runtime, store }: Subject,
  timers: Timers,
  signal: AbortSignal | undefined
): Promise<Health> {
  const database = state === 'running' ? await troubleOf(store, timers, signal) : undefined
  const trouble = runtime?.trouble?.message ?? database
  const runs = runtime?.executor.runs ?? []
  const mains = runs.filter(({ isRetry }) => !isRetry)
  return {
    service: name,
    status: state !== 'running' ? 'down' : trouble === undefined ? 'ok' : 'degraded',
    state,
    trouble,
    partitions: runtime?.assigned ?? [],
    running: runtime?.executor.running ?? 0,
    waiting: runs.reduce((sum, { lanes }) => sum + lanes.count, 0),
    movedKeys: mains.reduce((sum, { moved }) => sum + (moved?.size ?? 0), 0),
    scheduled: runtime?.scheduledCount ?? 0,
    publishing: runtime?.publisher.pending ?? 0
  }
}

async function troubleOf(
  store: Store | undefined,
  timers: Timers,
  signal: AbortSignal | undefined
): Promise<string | undefined> {
  const late = new AbortController()
  const timer = timers.after(CHECK_MS_MAX, () => late.abort(new NaruError('TIMEOUT', 'no answer in time')))
  try {
    await store?.check(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]))
    return undefined
  } catch (error) {
    return `database: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    timer.cancel()
  }
}
