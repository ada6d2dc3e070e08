/** One run of one workload on a started system, with what it cost the process beside what it reached. */
import { randomBytes } from 'node:crypto'
import type { Figures } from './load-program.ts'
import { cpuSecondsOf, memoryOf } from './measure/process-figures.ts'
import { settle } from './measure/settle.ts'
import type { StartedSystem } from './systems/index.ts'
import { scaled, type Prepared, type Run, type Workload } from './workloads/index.ts'

/** What a run left behind may take this long, of a run at full length. */
const settleMsMax = 10_000

/** Data and topic names live as long as the process of the system. */
export function newRun(started: StartedSystem, share: number): Run {
  const made = new Map<string, Promise<Prepared>>()
  // A broker that is not ours keeps the topics of earlier runs.
  const mark = randomBytes(3).toString('hex')
  let topics = 0
  const topic = (name: string): string => `bench-${mark}-${topics++}-${name}`
  const fill = async (name: string, work: (topic: string) => Promise<Figures>): Promise<Prepared> => {
    const filled = topic(name)
    return { topic: filled, bytes: (await work(filled))['bytes'] ?? 0 }
  }
  return {
    started,
    share,
    topic,
    prepared: (name, work) => {
      const prepared = made.get(name) ?? fill(name, work)
      made.set(name, prepared)
      return prepared
    }
  }
}

/** Figures of the run and of the broker's process; CPU time includes what is written out right behind the run. */
export async function measuredRun(workload: Workload, run: Run): Promise<Figures> {
  const { broker } = run.started
  const pid = broker.pid
  const before = await cpuSecondsOf(pid)
  const figures = await workload.run(run, scaled(workload.parameters, run.share))
  const peak = await memoryOf(broker.pid)
  await settle(run.started, settleMsMax * run.share)
  // A workload that starts the broker anew has no one process whose time could be told.
  const brokerCpuSeconds = broker.pid === pid ? (await cpuSecondsOf(pid)) - before : Number.NaN
  const gigabytes = (figures['bytes'] ?? Number.NaN) / 1e9
  return {
    ...figures,
    brokerCpuSeconds,
    brokerCpuSecondsPerGb: brokerCpuSeconds / gigabytes,
    brokerResidentMb: peak.residentMb,
    brokerPeakMb: peak.peakMb
  }
}
