/**
 * Ready after a kill with 10 GB of log: the log is written once, then the broker is killed under load and started
 * again, 20 times, and has to answer within five seconds.
 *
 *     node conformance/crash/big-log.ts --cycles 20 --gigabytes 10
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from './harness/campaign.ts'
import { openNaruScene } from './harness/scene.ts'

const READY_MS_MAX = 5_000
const VALUE_BYTES = 100_000
const LIFE_MS_MIN = 500
const LIFE_MS_SPREAD = 3_000

const options = campaignOptions(20, { own: { gigabytes: '10' } })
const bytes = Number(options.own.gigabytes) * 1e9

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  // One producer of each kind, as fast as they can: the history stays small, because the records are large.
  const flags = {
    rate: 1000,
    producers: 2,
    groups: 0,
    follow: 'false',
    'value-bytes': VALUE_BYTES,
    patience: '15m'
  }
  const { folder } = options
  await using scene = await openNaruScene({ name: 'big', seed, folder, flags })
  for (let written = 0; written < bytes; await sleep(1000)) {
    written = (await scene.witness.count()).acknowledged * VALUE_BYTES
    process.stderr.write(`\r${Math.round(written / 1e6)} MB `)
  }
  for (let cycle = 0; cycle < repetitions; cycle++) {
    await sleep(LIFE_MS_MIN + random.below(LIFE_MS_SPREAD))
    await scene.victim.kill()
    if (!(await scene.restart())) break
    const readyMs = Math.round(scene.victim.startMs)
    if (readyMs > READY_MS_MAX) scene.problems.push(`ready after ${readyMs} ms`)
  }
  const { count, ...findings } = await scene.conclude()
  const notes = { 'MB of log': Math.round((count.acknowledged * VALUE_BYTES) / 1e6) }
  return { broker: 'naru', injected: { kills: repetitions }, ...findings, notes }
}

await runCampaign({ name: 'big-log-naru', options, batchSize: options.cycles, run: runBatch })
