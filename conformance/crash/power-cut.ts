/**
 * Power cuts under load, also during recovery, on ext4 and XFS: the broker is killed, then its file system forgets
 * what was not synced. In this order, because a sync may return a success while the power goes.
 *
 *     node conformance/crash/power-cut.ts ext4 --cycles 1000
 *     node conformance/crash/power-cut.ts xfs --cycles 20 --broker kafka
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  campaignOptions,
  runCampaign,
  skipWhenMissing,
  type Batch,
  type BatchFindings
} from './harness/campaign.ts'
import { whyNoLoopDisk, type FileSystem } from './harness/loop-disk.ts'
import { openScene } from './harness/scene.ts'
import { killInRecovery } from './harness/victim.ts'

const LIFE_MS_MIN = 50
const LIFE_MS_SPREAD = 700
const RECOVERY_MS_SPREAD = { naru: 400, kafka: 4000 }
const CUTS_IN_A_ROW_MAX = 3
const DISK_BYTES = 2 * 1024 ** 3
/** Kafka starts in seconds, so that fewer cuts share a disk. */
const BATCH = { naru: 20, kafka: 5 }

const [kind = 'ext4', ...rest] = process.argv.slice(2)
if (kind !== 'ext4' && kind !== 'xfs') throw new Error('the first argument is ext4 or xfs')
const fileSystem: FileSystem = kind
const options = campaignOptions(1000, { args: rest })
const family = options.broker === 'naru' ? 'naru' : 'kafka'
const name = `power-cut-${fileSystem}-${options.broker}`

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  const { folder, broker } = options
  const disk = { kind: fileSystem, bytes: DISK_BYTES }
  await using scene = await openScene(broker, {
    name: `cut-${fileSystem}`,
    seed,
    folder,
    disk,
    flags: { rate: 2500 }
  })
  const injected = { cuts: 0, 'cuts in recovery': 0 }
  for (let cycle = 0; cycle < repetitions; cycle++) {
    await sleep(LIFE_MS_MIN + random.below(LIFE_MS_SPREAD))
    await scene.victim.kill()
    await scene.disk?.cutPower()
    injected.cuts++
    for (let more = 0; more < CUTS_IN_A_ROW_MAX && random.oneIn(3); more++) {
      await killInRecovery(scene.victim, random.below(RECOVERY_MS_SPREAD[family]))
      await scene.disk?.cutPower()
      injected['cuts in recovery']++
    }
    if (!(await scene.restart())) break
  }
  const { count, ...findings } = await scene.conclude()
  return { broker, injected, ...findings, notes: { 'without an answer': count.unanswered } }
}

skipWhenMissing(name, await whyNoLoopDisk(fileSystem))
await runCampaign({
  name,
  options,
  batchSize: BATCH[family],
  run: runBatch,
  expectLoss: options.broker === 'kafka'
})
