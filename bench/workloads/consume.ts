// Consuming: what was just written, what the file system still caches, and what has to come from the disk.
import { runLoad, type Figures, type LoadOptions } from '../load-program.ts'
import { dropPages, loadPages, residentShare, segmentFiles } from '../measure/folder.ts'
import { writtenOut } from '../measure/settle.ts'
import {
  loadMode,
  scaled,
  type Figure,
  type Group,
  type Prepared,
  type Run,
  type Workload
} from './workload.ts'

const megabytesPerSecond: Figure = { name: 'megabytesPerSecond', unit: 'MB/s', better: 'higher' }
const gigabyte = 1_000_000_000
/** Less than what Naru keeps in memory before it writes segments, and than what any page cache holds. */
const tailBytes = 64_000_000

const systems = ['naru', 'naru-os', 'naru-memory', 'kafka', 'kfake', 'sink', 'peer']
const brokers = systems.filter((name) => name !== 'sink')
/** Only these have files that can be taken out of the page cache. */
const withFiles = ['naru', 'kafka', 'kfake']

/** Fills a topic once per process of a system; what is read later is what this one wrote. */
function filled(run: Run, name: string, options: LoadOptions): Promise<Prepared> {
  const parameters = scaled(options, run.share)
  return run.prepared(name, async (topic) => {
    const { bootstrap } = run.started.broker
    const figures = await runLoad('raw-produce', { bootstrap, topic, ...parameters })
    await writtenOut(run.started)
    return figures
  })
}

/** The same, and its segments are in the page cache then. */
async function warmed(run: Run, name: string, options: LoadOptions): Promise<Prepared> {
  const written = await filled(run, name, options)
  await loadPages(await segmentFiles(run.started.folder))
  return written
}

function read(run: Run, mode: string, options: LoadOptions): Promise<Figures> {
  return runLoad(mode, { bootstrap: run.started.broker.bootstrap, ...options })
}

const kinds = [
  { mode: 'raw-consume', client: 'raw', text: 'raw client' },
  { mode: 'consume', client: 'client', text: 'real client' }
] as const
const sizes = [
  { size: 1_024, text: '1k', bytes: 2 * gigabyte },
  { size: 100, text: '100b', bytes: gigabyte }
]

/** Written anew each time and read at once, several times over: once is over before it can be measured. */
const tail: readonly Workload[] = kinds.flatMap(({ mode, client, text: who }) =>
  sizes.map(({ size, text }) => ({
    name: `consume-tail-${client}-${text}`,
    what: `${who}: the newest 64 MB, records of ${size} B, read at once${client === 'raw' ? ', 16 times over' : ' by 4 consumers'}`,
    group: 'consume',
    systems,
    parameters: { size, ...(client === 'raw' ? { passes: 16 } : { consumers: 4 }) },
    figure: megabytesPerSecond,
    quick: size > 1_000,
    run: async (run, parameters) => {
      const { bootstrap } = run.started.broker
      const topic = run.topic('tail')
      const written = await runLoad('raw-produce', { bootstrap, topic, size, bytes: tailBytes })
      return read(run, mode, { topic, ...parameters, bytes: written['bytes'] ?? 0 })
    }
  }))
)

const warm: readonly Workload[] = kinds.flatMap(({ mode, client, text: who }) =>
  sizes.map(({ size, text, bytes }) => ({
    name: `consume-warm-${client}-${text}`,
    what: `${who}: ${bytes / gigabyte} GB of records of ${size} B from segments in the page cache, 4 partitions`,
    group: 'consume',
    systems,
    parameters: { size },
    figure: megabytesPerSecond,
    run: async (run, parameters) => {
      const written = await warmed(run, `warm-${text}`, { size, bytes })
      return read(run, mode, { ...parameters, ...written })
    }
  }))
)

const many: Workload = {
  name: 'consume-warm-raw-10-consumers',
  what: 'raw client: 10 consumers read the same topic at once, each all of it',
  group: 'consume',
  systems: brokers,
  parameters: { size: 1_024, consumers: 10, connections: 1 },
  figure: megabytesPerSecond,
  run: async (run, parameters) => {
    const written = await warmed(run, 'warm-10', { size: 1_024, bytes: 300_000_000 })
    return read(run, 'raw-consume', { ...parameters, ...written })
  }
}

const cold: readonly Workload[] = kinds.map(({ mode, client, text: who }) => ({
  name: `consume-cold-${client}-1k`,
  what: `${who}: 10 GB of records of 1 KB whose files were taken out of the page cache`,
  group: 'cold',
  systems: withFiles,
  parameters: { size: 1_024 },
  figure: megabytesPerSecond,
  beside: ['residentShareBefore'],
  run: async (run, parameters) => {
    const written = await filled(run, 'cold', { size: 1_024, bytes: 10 * gigabyte })
    await dropPages(run.started.broker.dataDir)
    const residentShareBefore = await residentShare(await segmentFiles(run.started.broker.dataDir))
    const figures = await read(run, mode, { ...parameters, ...written })
    return { ...figures, residentShareBefore }
  }
}))

const mixed: Workload = {
  name: 'mixed-client-1k',
  what: 'real client: one producer and one consumer of the same topic at once, records of 1 KB',
  group: 'consume',
  systems: brokers,
  parameters: { bytes: gigabyte, size: 1_024 },
  figure: { name: 'followedMegabytesPerSecond', unit: 'MB/s', better: 'higher' },
  run: loadMode(runLoad, 'mixed')
}

export const consumeWorkloads: readonly Workload[] = [...tail, ...warm, many, mixed, ...cold]

export const consumeGroups: readonly Group[] = [
  { name: 'consume', warmUpBytes: gigabyte },
  { name: 'cold', warmUpBytes: gigabyte, roundsMax: 3 }
]
