// Producing: the raw client shows the broker, the real client what a service gets, and the disk alone what the machine
// allows.
import { join } from 'node:path'
import { runLoad } from '../load-program.ts'
import { loadMode, type Figure, type Group, type Workload } from './workload.ts'

const megabytesPerSecond: Figure = { name: 'megabytesPerSecond', unit: 'MB/s', better: 'higher' }
/** A system that is slow ends by the clock; its rate is as good as that of a longer run. */
const secondsMax = 30
const gigabyte = 1_000_000_000

const everybody = ['naru', 'naru-os', 'naru-memory', 'kafka', 'kafka-flush1', 'kfake', 'sink', 'peer']
const brokers = everybody.filter((name) => name !== 'sink')

interface Row {
  readonly name: string
  readonly what: string
  readonly mode: 'produce' | 'raw-produce'
  readonly parameters: Workload['parameters']
  readonly systems?: readonly string[]
  readonly group?: string
  readonly quick?: boolean
}

function produce({ name, what, mode, parameters, systems, group, quick }: Row): Workload {
  return {
    name,
    what,
    group: group ?? 'produce',
    systems: systems ?? everybody,
    parameters: { bytes: gigabyte, 'seconds-max': secondsMax, ...parameters },
    figure: megabytesPerSecond,
    ...(quick === true ? { quick } : {}),
    run: loadMode(runLoad, mode)
  }
}

/** 100,000 records per second and more: 100 B costs so much of a real client that fewer bytes do. */
const sizes = [
  { size: 100, text: '100b', clientBytes: 300_000_000 },
  { size: 1_024, text: '1k', clientBytes: gigabyte },
  { size: 10_240, text: '10k', clientBytes: gigabyte }
]

const bySize: readonly Workload[] = [
  ...sizes.map(({ size, text }) =>
    produce({
      name: `produce-raw-${text}`,
      what: `raw client: batches of 128 KB with records of ${size} B, 4 partitions, 4 connections, 5 in flight`,
      mode: 'raw-produce',
      parameters: { size },
      quick: size < 10_000
    })
  ),
  ...sizes.map(({ size, text, clientBytes }) =>
    produce({
      name: `produce-client-${text}`,
      what: `real client: records of ${size} B, 4 partitions, acks all, idempotent, linger 5 ms`,
      mode: 'produce',
      parameters: { size, bytes: clientBytes },
      quick: size < 10_000
    })
  )
]

const variants: readonly Workload[] = [
  { name: 'acks-1', what: 'acks 1', parameters: { acks: '1' } },
  { name: 'not-idempotent', what: 'acks all, not idempotent', parameters: { idempotent: false } },
  { name: 'zstd', what: 'zstd, text that compresses', parameters: { compression: 'zstd', values: 'text' } },
  { name: '100k', what: 'records of 100 KB', parameters: { size: 102_400 } },
  { name: '1-partition', what: '1 partition', parameters: { partitions: 1 } },
  { name: '64-partitions', what: '64 partitions', parameters: { partitions: 64 } },
  { name: '16-producers', what: '16 producers', parameters: { producers: 16 } }
].map(({ name, what, parameters }) =>
  produce({
    name: `produce-client-${name}`,
    what: `real client, 1 KB unless said otherwise: ${what}`,
    mode: 'produce',
    parameters,
    systems: brokers,
    group: 'variants'
  })
)

const manyPartitions: readonly Workload[] = [
  produce({
    name: 'produce-raw-1000-partitions',
    what: 'raw client: 1,000 partitions in turn, batches of 16 KB with records of 1 KB',
    mode: 'raw-produce',
    parameters: { partitions: 1_000, batch: 16_384 },
    systems: brokers,
    group: 'partitions-1000'
  }),
  produce({
    name: 'produce-client-1000-partitions',
    what: 'real client: 1,000 partitions, records of 1 KB',
    mode: 'produce',
    parameters: { partitions: 1_000 },
    systems: brokers,
    group: 'partitions-1000'
  })
]

/** One block in flight, as a group commit has it. */
const disk: readonly Workload[] = [
  { method: 'append-fdatasync', batch: 131_072, text: '128k' },
  { method: 'append-fdatasync', batch: 1_048_576, text: '1m' },
  { method: 'recycled-dsync', batch: 131_072, text: '128k' },
  { method: 'recycled-dsync', batch: 1_048_576, text: '1m' }
].map(({ method, batch, text }) => ({
  name: `disk-${method}-${text}`,
  what: `no broker: blocks of ${text.toUpperCase()}B, ${method === 'append-fdatasync' ? 'write + fdatasync, the file grows' : 'O_DSYNC, a file that is overwritten'}`,
  group: 'produce',
  systems: ['disk'],
  parameters: { bytes: gigabyte, 'seconds-max': secondsMax, method, batch },
  figure: megabytesPerSecond,
  beside: ['writeP50Ms', 'writeP99Ms'],
  quick: batch > 1_000_000,
  run: ({ started }, parameters) => runLoad('disk', { file: join(started.folder, 'disk.bin'), ...parameters })
}))

export const produceWorkloads: readonly Workload[] = [...bySize, ...variants, ...manyPartitions, ...disk]

export const produceGroups: readonly Group[] = [
  { name: 'produce', warmUpBytes: gigabyte },
  { name: 'variants', warmUpBytes: gigabyte },
  { name: 'partitions-1000', warmUpBytes: gigabyte }
]
