/**
 * `kill -9` of the process group under load, also during recovery and several times in a row, on the same data.
 *
 *     node conformance/crash/kill.ts --cycles 2000
 *     node conformance/crash/kill.ts --cycles 100 --broker kafka
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from './harness/campaign.ts'
import { openScene } from './harness/scene.ts'
import { killInRecovery } from './harness/victim.ts'

/** How long a broker lives before it is killed: from before its first checkpoint to after several. */
const LIFE_MS_MIN = 50
const LIFE_MS_SPREAD = 700
/** A start takes less, so that kills fall into all of it and shortly behind it. */
const RECOVERY_MS_SPREAD = { naru: 400, kafka: 4000 }
const KILLS_IN_A_ROW_MAX = 3
/** One batch of five is carried by our own client. */
const OWN_CLIENT_SHARE = 5
const BATCH = 20

const options = campaignOptions(2000)
const family = options.broker === 'naru' ? 'naru' : 'kafka'

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  const client = family === 'naru' && seed % OWN_CLIENT_SHARE === 0 ? 'naru' : 'franz-go'
  const { folder, broker } = options
  await using scene = await openScene(broker, { name: 'kill', seed, folder, client, flags: { rate: 2500 } })
  const injected = { kills: 0, 'kills in recovery': 0, [`under ${client}`]: repetitions }
  for (let cycle = 0; cycle < repetitions; cycle++) {
    await sleep(LIFE_MS_MIN + random.below(LIFE_MS_SPREAD))
    await scene.victim.kill()
    injected.kills++
    for (let more = 0; more < KILLS_IN_A_ROW_MAX && random.oneIn(3); more++) {
      await killInRecovery(scene.victim, random.below(RECOVERY_MS_SPREAD[family]))
      injected['kills in recovery']++
    }
    if (!(await scene.restart())) break
  }
  const { count, ...findings } = await scene.conclude()
  return { broker, injected, ...findings, notes: { 'without an answer': count.unanswered } }
}

await runCampaign({ name: `kill-${options.broker}`, options, batchSize: BATCH, run: runBatch })
