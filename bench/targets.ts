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
  /** Also met when ours is `limitShare` of one of these, which bound it in the same run. */
  readonly limits?: readonly Side[]
  readonly unit?: string
}

/** Whoever reaches this part of what nothing on the machine can exceed has done what there is to do. */
const limitShare = 0.85

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
    limits: [side('sink', `produce-client-${size}`), disk]
  },
  {
    what: `produce ${size}, raw client, against Kafka`,
    ours: naru(`produce-raw-${size}`),
    against: kafka(`produce-raw-${size}`),
    atLeast: 2,
    limits: [disk]
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
  compare('produce 1 KB, real client, against kfake', 'produce-client-1k', { atLeast: 1.5 }, 'kfake'),
  compare(
    'consume the tail 1 KB, real client, against kfake',
    'consume-tail-client-1k',
    { atLeast: 1.5 },
    'kfake'
  ),
  compare(
    'consume the tail 1 KB, raw client, against kfake',
    'consume-tail-raw-1k',
    { atLeast: 1.5 },
    'kfake'
  ),
  ...[100, 1_000].map((records) =>
    compare(`produce in transactions of ${records} records, against Kafka`, `transactions-${records}`, {
      atLeast: 1
    })
  ),
  compare('share of the ack-only sink at 1 KB, raw client', 'produce-raw-1k', { atLeast: 0.6 }, 'sink'),
  alone('start to first reply', 'start-empty', 'startMs', { atMost: 150 }, 'ms'),
  alone('resident memory at rest after the start', 'start-empty', 'idleMb', { atMost: 90 }, 'MB'),
  alone('resident memory after 10 GB in and out', 'memory-10gb', 'residentMb', { atMost: 350 }, 'MB'),
  alone('growth of it from the second lap to the fifth', 'memory-10gb', 'growthMb', { atMost: 30 }, 'MB'),
  {
    what: 'ready after a kill with 10 GB, through that with 1 GB',
    ours: naru('recovery-10gb'),
    against: naru('recovery-1gb'),
    atMost: 2
  },
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
  const { what, atLeast, atMost, limits = [], unit = 'x' } = target
  const shares = limits.flatMap((limit) => {
    const share = valueOf(summary, target.ours, limit)
    return share === undefined ? [] : [{ share, text: `${share.toFixed(2)} of ${limit.system}` }]
  })
  const isDirect = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
  const bound = atLeast === undefined ? `at most ${atMost ?? 0}` : `at least ${atLeast}`
  const measured = shares.length === 0 ? '' : ` (now ${shares.map(({ text }) => text).join(', ')})`
  const alternative = limits.length === 0 ? '' : `, or ${limitShare} of a limit${measured}`
  return {
    what,
    value,
    wanted: `${bound} ${unit}${alternative}`.trim(),
    isMet: isDirect || shares.some(({ share }) => share >= limitShare)
  }
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
