/**
 * The broker stands still (SIGSTOP) for 5 to 60 seconds under producers and a group, and goes on (SIGCONT), as after
 * a long collection of garbage or on a machine that was frozen. Sessions may end meanwhile; nothing else may.
 *
 *     node conformance/crash/pause.ts --cycles 20
 *     node conformance/crash/pause.ts --cycles 2 --longest 8
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from './harness/campaign.ts'
import { resumedWithin } from './harness/resume.ts'
import { openNaruScene } from './harness/scene.ts'

const SHORTEST_S = 5
const LIFE_MS = 3_000
const RESUME_MS_MAX = 20_000
const BATCH = 4

const options = campaignOptions(20, { own: { longest: '60' } })
const longestS = Number(options.own.longest)

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  const { folder } = options
  await using scene = await openNaruScene({ name: 'pause', seed, folder, flags: { rate: 1000, groups: 3 } })
  const injected = { pauses: 0, 'seconds in all': 0 }
  let slowestMs = 0
  for (let cycle = 0; cycle < repetitions; cycle++) {
    await sleep(LIFE_MS)
    const seconds = SHORTEST_S + random.below(longestS - SHORTEST_S + 1)
    scene.victim.signal('SIGSTOP')
    await sleep(seconds * 1000)
    scene.victim.signal('SIGCONT')
    injected.pauses++
    injected['seconds in all'] += seconds
    slowestMs = Math.max(slowestMs, await resumedWithin(scene, RESUME_MS_MAX))
    const exit = await scene.victim.endsWithin(0)
    if (exit !== undefined) scene.problems.push(`the process ended with ${exit} after a pause`)
  }
  const { count, ...findings } = await scene.conclude()
  return {
    broker: 'naru',
    injected,
    ...findings,
    notes: { 'slowest resume ms': slowestMs, commits: count.commits }
  }
}

await runCampaign({ name: 'pause-naru', options, batchSize: BATCH, run: runBatch })
