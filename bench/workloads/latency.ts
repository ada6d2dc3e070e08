// Latency at fixed rates, with and without a crowd of idle connections, and the pace of a group.
import { runLoad } from '../load-program.ts'
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

const crowd: Workload = {
  name: 'idle-5000',
  what: '20 MB/s in records of 1 KB beside 5,000 idle connections: p99 with them through p99 without',
  group: 'idle',
  systems,
  parameters: { rate: crowdRate, seconds: 20, size: 1_024, idle: 5_000 },
  figure: { name: 'timesWithout', unit: 'times', better: 'lower' },
  beside: ['ackP99Ms', 'ackP99MsWithout', 'brokerResidentMb'],
  run: async ({ started, topic }, parameters) => {
    const { bootstrap } = started.broker
    const without = await runLoad('latency', { bootstrap, topic: topic('alone'), ...parameters, idle: 0 })
    const crowded = await runLoad('latency', { bootstrap, topic: topic('crowd'), ...parameters })
    const ackP99MsWithout = without['ackP99Ms'] ?? Number.NaN
    return {
      ...crowded,
      ackP99MsWithout,
      timesWithout: (crowded['ackP99Ms'] ?? Number.NaN) / ackP99MsWithout
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
