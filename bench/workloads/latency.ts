// Latency at fixed rates, with and without a crowd of idle connections, and the pace of a group.
import { runLoad, type Figures } from '../load-program.ts'
import { median } from '../results/statistics.ts'
import { loadMode, type Group, type Workload } from './workload.ts'

const systems = ['naru', 'naru-os', 'naru-memory', 'kafka', 'kafka-flush1', 'kfake', 'peer']
const beside = ['endToEndP50Ms', 'endToEndMaxMs', 'ackP50Ms', 'ackP99Ms', 'ackP999Ms']

const rates: readonly Workload[] = [1_000, 5_000, 20_000].map((rate) => ({
  name: `latency-${rate}`,
  what: `real client: ${rate} records of 1 KB per second, no linger, 4 partitions; from when a record was due until a consumer has it`,
  group: 'latency',
  systems,
  parameters: { rate, seconds: 20, size: 1_024 },
  figure: { name: 'endToEndP99Ms', unit: 'ms', better: 'lower' },
  beside,
  quick: rate === 5_000,
  run: loadMode(runLoad, 'latency')
}))

/** 20 MB/s. */
const crowdRate = 20_000

/** With and without the crowd, in turns, so that neither has the disk of one moment to itself. */
const crowdOrder = [false, true, true, false, false, true]

/** Each phase is a client and a topic of its own: its first seconds are about starting, and a burst of the disk about nothing. */
const crowd: Workload = {
  name: 'idle-5000',
  what: '20 MB/s in records of 1 KB beside 5,000 idle connections: p99 with them through p99 without, medians of three phases each in turns',
  group: 'idle',
  systems,
  parameters: { rate: crowdRate, lead: 3, seconds: 10, size: 1_024, idle: 5_000 },
  figure: { name: 'timesWithout', unit: 'times', better: 'lower' },
  beside: ['ackP99Ms', 'ackP99MsWithout', 'ackP99MsWorst', 'ackP99MsWithoutWorst', 'brokerResidentMb'],
  run: async ({ started, topic }, parameters) => {
    const { bootstrap } = started.broker
    const phases: Array<{ readonly isCrowded: boolean; readonly figures: Figures }> = []
    for (const isCrowded of crowdOrder) {
      const name = topic(isCrowded ? 'crowd' : 'alone')
      const load = { bootstrap, topic: name, ...parameters, ...(isCrowded ? {} : { idle: 0 }) }
      phases.push({ isCrowded, figures: await runLoad('latency', load) })
    }
    const p99sOf = (crowded: boolean): number[] =>
      phases
        .filter(({ isCrowded }) => isCrowded === crowded)
        .map(({ figures }) => figures['ackP99Ms'] ?? Number.NaN)
    const ackP99Ms = median(p99sOf(true))
    const ackP99MsWithout = median(p99sOf(false))
    return {
      ...phases.at(-1)?.figures,
      ackP99Ms,
      ackP99MsWithout,
      ackP99MsWorst: Math.max(...p99sOf(true)),
      ackP99MsWithoutWorst: Math.max(...p99sOf(false)),
      timesWithout: ackP99Ms / ackP99MsWithout
    }
  }
}

const group: Workload = {
  name: 'group-16',
  what: '16 members join a group on 64 partitions at once; one leaves; one joins (heartbeats every 100 ms)',
  group: 'group',
  systems,
  parameters: { members: 16, partitions: 64 },
  figure: { name: 'joinMs', unit: 'ms', better: 'lower' },
  beside: ['leaveMs', 'joinOneMs'],
  run: loadMode(runLoad, 'group')
}

export const latencyWorkloads: readonly Workload[] = [...rates, crowd, group]

const gigabyte = 1_000_000_000

export const latencyGroups: readonly Group[] = [
  { name: 'latency', warmUpBytes: gigabyte },
  { name: 'idle', warmUpBytes: gigabyte },
  { name: 'group', warmUpBytes: 100_000_000 }
]
