/** Waits until what a run left behind is done, so that the next run does not pay for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StartedSystem } from '../systems/index.ts'
import { syncDisk } from './folder.ts'
import { readMetrics } from './metrics.ts'
import { cpuSecondsOf } from './process-figures.ts'

const lookMs = 300
/** A JVM or a Go program at rest uses a few percent; more than this is work. */
const busyShare = 0.1

/** Until the process is idle and nothing is dirty on the disk, but not longer than `msMax`. */
export async function settle({ broker, folder }: StartedSystem, msMax: number): Promise<void> {
  const deadline = performance.now() + msMax
  while (broker.pid !== 0 && performance.now() < deadline) {
    const before = await cpuSecondsOf(broker.pid)
    await sleep(lookMs)
    const share = ((await cpuSecondsOf(broker.pid)) - before) / (lookMs / 1000)
    if (share < busyShare) break
  }
  await syncDisk(folder)
}

const writtenOutMsMax = 120_000

/** Until every acknowledged record is in a segment file and these are on disk; Kafka writes there from the start. */
export async function writtenOut({ metricsUrl, folder }: StartedSystem): Promise<void> {
  const deadline = performance.now() + writtenOutMsMax
  while (metricsUrl !== undefined) {
    const tailBytes = (await readMetrics(metricsUrl)).get('naru_tail_bytes') ?? 0
    if (tailBytes === 0) break
    if (performance.now() > deadline) throw new Error(`${tailBytes} bytes were not written out in time`)
    await sleep(100)
  }
  await syncDisk(folder)
}
