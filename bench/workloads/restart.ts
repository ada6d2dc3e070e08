// Starts: empty, after a kill with gigabytes of data, and with ten thousand partitions.
import { setTimeout as sleep } from 'node:timers/promises'
import { runLoad, type Figures } from '../load-program.ts'
import { memoryOf, openFilesOf } from '../measure/process-figures.ts'
import { median } from '../results/statistics.ts'
import type { StartedSystem } from '../systems/index.ts'
import type { Group, Run, Workload } from './workload.ts'

const gigabyte = 1_000_000_000
const systems = ['naru', 'kafka', 'kfake']

const restarts = 5
const restMs = 3_000

const empty: Workload = {
  name: 'start-empty',
  what: 'from the start of the process to its first ApiVersions reply, no data, median of five; resident memory three seconds later',
  group: 'start',
  systems: ['naru', 'kafka'],
  parameters: {},
  figure: { name: 'startMs', unit: 'ms', better: 'lower' },
  beside: ['idleMb'],
  run: async ({ started: { broker } }) => {
    const startMs: number[] = []
    for (let count = 0; count < restarts; count++) {
      await broker.stop()
      await broker.restart()
      startMs.push(broker.startMs)
    }
    await sleep(restMs)
    return { startMs: median(startMs), idleMb: (await memoryOf(broker.pid)).residentMb }
  }
}

/** Ready is when a producer has its first acknowledgement, not when the port answers. */
async function readiness({ broker }: StartedSystem, topic: string): Promise<Figures> {
  const { startMs } = broker
  const { firstAckMs = Number.NaN } = await runLoad('probe', { bootstrap: broker.bootstrap, topic })
  return { startMs, firstAckMs, readyMs: startMs + firstAckMs }
}

async function afterKill({ started, topic }: Run, parameters: Workload['parameters']): Promise<Figures> {
  const { broker } = started
  const name = topic('recovery')
  const { bytes = 0 } = await runLoad('raw-produce', {
    bootstrap: broker.bootstrap,
    topic: name,
    ...parameters
  })
  await broker.kill()
  await broker.restart()
  return { writtenBytes: bytes, ...(await readiness(started, name)) }
}

const recovery: readonly Workload[] = [1, 10].map((gigabytes) => ({
  name: `recovery-${gigabytes}gb`,
  what: `kill -9 right after ${gigabytes} GB was written, then from the start of the process to the first acknowledged record`,
  group: `recovery-${gigabytes}`,
  systems,
  parameters: { bytes: gigabytes * gigabyte, size: 1_024 },
  figure: { name: 'readyMs', unit: 'ms', better: 'lower' },
  beside: ['startMs', 'firstAckMs'],
  run: afterKill
}))

const many = { topics: 10, partitions: 1_000 }
const smallBatch = { batch: 16_384, size: 1_024 }

async function manyPartitions({ started, topic }: Run, parameters: Workload['parameters']): Promise<Figures> {
  const { broker } = started
  const { bootstrap } = broker
  const load = { bootstrap, ...smallBatch, ...parameters }
  const few = await runLoad('raw-produce', { ...load, topic: topic('few') })
  const name = topic('many')
  const { createSeconds = 0 } = await runLoad('create', { bootstrap, topic: name, ...many })
  const { touchSeconds = 0 } = await runLoad('touch', { bootstrap, topic: name, ...many })
  const filled = await runLoad('raw-produce', { ...load, topic: name, ...many })
  const openFiles = await openFilesOf(broker.pid)
  const { residentMb } = await memoryOf(broker.pid)
  const stopping = performance.now()
  await broker.stop()
  const stopMs = performance.now() - stopping
  await broker.restart()
  const clean = await readiness(started, `${name}-0`)
  await runLoad('touch', { bootstrap, topic: name, ...many })
  await broker.kill()
  await broker.restart()
  const killed = await readiness(started, `${name}-0`)
  const rate = (figures: Figures): number => figures['megabytesPerSecond'] ?? Number.NaN
  return {
    createSeconds,
    touchSeconds,
    openFiles,
    residentMb,
    stopMs,
    cleanReadyMs: clean['readyMs'] ?? Number.NaN,
    killedReadyMs: killed['readyMs'] ?? Number.NaN,
    manyMegabytesPerSecond: rate(filled),
    fewMegabytesPerSecond: rate(few),
    ratio: rate(filled) / rate(few)
  }
}

const partitions: Workload = {
  name: 'partitions-10000',
  what: '10 topics of 1,000 partitions: created, each written to, loaded with batches of 16 KB beside 4 partitions, restarted after a stop and after a kill',
  group: 'partitions-10000',
  // kfake syncs each of the ten thousand first batches by itself.
  systems: ['naru', 'kafka'],
  parameters: { bytes: gigabyte, 'seconds-max': 30 },
  figure: { name: 'createSeconds', unit: 's', better: 'lower' },
  beside: [
    'touchSeconds',
    'cleanReadyMs',
    'killedReadyMs',
    'openFiles',
    'residentMb',
    'manyMegabytesPerSecond',
    'fewMegabytesPerSecond',
    'ratio'
  ],
  run: manyPartitions
}

export const restartWorkloads: readonly Workload[] = [empty, ...recovery, partitions]

export const restartGroups: readonly Group[] = [
  { name: 'start', warmUpBytes: 0 },
  { name: 'recovery-1', warmUpBytes: 0 },
  { name: 'recovery-10', warmUpBytes: 0, roundsMax: 3 },
  { name: 'partitions-10000', warmUpBytes: 0, roundsMax: 3 }
]
