/** What has to be reached, as data: a ratio within one run of the benchmark, or a figure on its own. */
import { workloads } from './workloads/index.ts'
import type { Summary } from './results/summary.ts'

/** A figure of a workload, of one system. */
export interface Side {
  readonly workload: string
  readonly system: string
  readonly figure?: string
}

export interface Target {
  readonly what: string
  readonly ours: Side
  /** What ours is divided by; without it the figure itself is compared. */
  readonly against?: Side
  readonly atLeast?: number
  readonly atMost?: number
  /** Also met when ours is this share of a limit of the same run. */
  readonly or?: { readonly limit: Side; readonly atLeast: number }
  readonly unit?: string
}

const naru = (workload: string, figure?: string): Side => side('naru', workload, figure)
const kafka = (workload: string, figure?: string): Side => side('kafka', workload, figure)

function side(system: string, workload: string, figure?: string): Side {
  return { system, workload, ...(figure === undefined ? {} : { figure }) }
}

const disk: Side = side('disk', 'disk-append-fdatasync-1m')

const produceTargets: readonly Target[] = ['100b', '1k', '10k'].flatMap((size) => [
  {
    what: `produce ${size}, real client, against Kafka`,
    ours: naru(`produce-client-${size}`),
    against: kafka(`produce-client-${size}`),
    atLeast: 1.2,
    or: { limit: side('sink', `produce-client-${size}`), atLeast: 0.85 }
  },
  {
    what: `produce ${size}, raw client, against Kafka`,
    ours: naru(`produce-raw-${size}`),
    against: kafka(`produce-raw-${size}`),
    atLeast: 2,
    or: { limit: disk, atLeast: 0.85 }
  }
])

const consumeTargets: readonly Target[] = ['1k', '100b'].flatMap((size) => [
  {
    what: `consume the tail ${size}, real client, against Kafka`,
    ours: naru(`consume-tail-client-${size}`),
    against: kafka(`consume-tail-client-${size}`),
    atLeast: 1
  },
  {
    what: `consume the tail ${size}, raw client, against Kafka`,
    ours: naru(`consume-tail-raw-${size}`),
    against: kafka(`consume-tail-raw-${size}`),
    atLeast: 0.9
  }
])

const compare = (
  what: string,
  workload: string,
  bound: Pick<Target, 'atLeast' | 'atMost'>,
  other = 'kafka',
  figure?: string
): Target => ({ what, ours: naru(workload, figure), against: side(other, workload, figure), ...bound })

const alone = (
  what: string,
  workload: string,
  figure: string,
  bound: Pick<Target, 'atLeast' | 'atMost'>,
  unit: string
): Target => ({ what, ours: naru(workload, figure), ...bound, unit })

export const targets: readonly Target[] = [
  ...produceTargets,
  compare(
    'produce 1 KB, raw client, against Kafka flush.messages=1',
    'produce-raw-1k',
    { atLeast: 3 },
    'kafka-flush1'
  ),
  compare(
    'produce 1 KB, real client, against Kafka flush.messages=1',
    'produce-client-1k',
    { atLeast: 3 },
    'kafka-flush1'
  ),
  compare('produce, 1,000 partitions, raw client, against Kafka', 'produce-raw-1000-partitions', {
    atLeast: 1.2
  }),
  compare('produce, 1,000 partitions, real client, against Kafka', 'produce-client-1000-partitions', {
    atLeast: 1.2
  }),
  compare('10 GB until on disk in segments, against Kafka', 'sustained-10gb', { atLeast: 1 }),
  alone('p99 during write-out through p99 apart', 'paced-60mb', 'writeOutTimes', { atMost: 1.5 }, 'times'),
  ...consumeTargets,
  compare('consume cold 10 GB, raw client, against Kafka', 'consume-cold-raw-1k', { atLeast: 0.7 }),
  compare('end-to-end p99 at 5,000/s, against Kafka', 'latency-5000', { atMost: 1 }),
  compare('produce 1 KB, raw client, against kfake', 'produce-raw-1k', { atLeast: 1.5 }, 'kfake'),
  compare(
    'consume the tail 1 KB, raw client, against kfake',
    'consume-tail-raw-1k',
    { atLeast: 1.5 },
    'kfake'
  ),
  compare('share of the ack-only sink at 1 KB, raw client', 'produce-raw-1k', { atLeast: 0.6 }, 'sink'),
  alone('start to first reply', 'start-empty', 'startMs', { atMost: 150 }, 'ms'),
  alone('resident memory at rest after the start', 'start-empty', 'idleMb', { atMost: 90 }, 'MB'),
  alone('resident memory after 10 GB in and out', 'memory-10gb', 'residentMb', { atMost: 350 }, 'MB'),
  alone('10,000 partitions: create', 'partitions-10000', 'createSeconds', { atMost: 60 }, 's'),
  alone('10,000 partitions: ready after a stop', 'partitions-10000', 'cleanReadyMs', { atMost: 5_000 }, 'ms'),
  alone(
    '10,000 partitions: ready after a kill',
    'partitions-10000',
    'killedReadyMs',
    { atMost: 15_000 },
    'ms'
  ),
  alone('10,000 partitions: descriptors', 'partitions-10000', 'openFiles', { atMost: 2_000 }, ''),
  alone(
    'produce rate at 10,000 partitions through that at 4',
    'partitions-10000',
    'ratio',
    { atLeast: 0.5 },
    'times'
  ),
  alone(
    'p99 beside 5,000 idle connections through p99 without',
    'idle-5000',
    'timesWithout',
    { atMost: 3 },
    'times'
  ),
  alone('first test broker of a process', 'test-broker', 'firstMs', { atMost: 50 }, 'ms'),
  alone('next test brokers', 'test-broker', 'laterMs', { atMost: 15 }, 'ms')
]

/** A sync may come on top of the median that Kafka reaches without one. */
export const syncAllowanceMs = 0.5

export interface Verdict {
  readonly what: string
  readonly value: number
  readonly wanted: string
  readonly isMet: boolean
}

const figureOf = ({ workload, figure }: Side): string =>
  figure ?? workloads.find(({ name }) => name === workload)?.figure.name ?? ''

function valueOf(summary: Summary, ours: Side, against: Side | undefined): number | undefined {
  if (against === undefined) return summary.figure(ours.workload, ours.system, figureOf(ours))?.median
  const place = (one: Side) => ({ workload: one.workload, system: one.system, figure: figureOf(one) })
  return summary.ratio(place(ours), place(against))?.median
}

/** The verdicts on what was measured; targets without figures are left out. */
export function judge(summary: Summary): readonly Verdict[] {
  const verdicts = targets.flatMap((target): readonly Verdict[] => {
    const value = valueOf(summary, target.ours, target.against)
    return value === undefined ? [] : [verdictOf(summary, target, value)]
  })
  return [...verdicts, ...medianLatency(summary)]
}

function verdictOf(summary: Summary, target: Target, value: number): Verdict {
  const { what, atLeast, atMost, or, unit = 'x' } = target
  const share = or === undefined ? undefined : valueOf(summary, target.ours, or.limit)
  const direct = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
  const viaLimit = or !== undefined && share !== undefined && share >= or.atLeast
  const bound = atLeast === undefined ? `at most ${atMost ?? 0}` : `at least ${atLeast}`
  const limit =
    or === undefined
      ? ''
      : `, or ${or.atLeast} of ${or.limit.system} (${share?.toFixed(2) ?? 'not measured'})`
  return { what, value, wanted: `${bound} ${unit}${limit}`.trim(), isMet: direct || viaLimit }
}

/** The one target that is a difference and not a ratio. */
function medianLatency(summary: Summary): readonly Verdict[] {
  const [ours, theirs] = ['naru', 'kafka'].map(
    (system) => summary.figure('latency-5000', system, 'endToEndP50Ms')?.median
  )
  if (ours === undefined || theirs === undefined) return []
  const value = ours - theirs
  const wanted = `at most ${syncAllowanceMs} ms more`
  return [{ what: 'end-to-end p50 at 5,000/s beside Kafka', value, wanted, isMet: value <= syncAllowanceMs }]
}
