/**
 * The wall clock of the broker jumps under load: an hour back, a day and ten years ahead, and to and fro, while the
 * monotonic clock goes on. Nothing may be lost, and retention may not take a jump for age. (A start does trust the
 * clock that it finds, so that the broker is started with a right one here.)
 *
 *     node conformance/crash/clock-jump.ts --cycles 20
 */
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  campaignOptions,
  runCampaign,
  skipWhenMissing,
  type Batch,
  type BatchFindings
} from './harness/campaign.ts'
import { temporaryFolder } from './harness/at-exit.ts'
import { resumedWithin } from './harness/resume.ts'
import { openNaruScene } from './harness/scene.ts'

const LIBRARY = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`
/** In libfaketime's notation. */
const JUMPS = ['-1h', '+1d', '+3650d', '+0']
const BATCH = 10
const LIFE_MS = 1_500
const RESUME_MS_MAX = 10_000
/** Retention looks often, so that it would take what a jump makes look old. */
const properties = {
  'log.retention.check.interval.ms': '1000',
  'log.retention.ms': '3600000',
  'log.roll.ms': '1000'
}

const options = campaignOptions(20)

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  await using clocks = await temporaryFolder('offset', options.folder)
  const clock = join(clocks.path, 'offset')
  // The library may read at any moment, and has to find a whole line.
  let offset = '+0'
  const set = async (to: string): Promise<void> => {
    offset = to
    await writeFile(`${clock}.new`, `${to}\n`)
    await rename(`${clock}.new`, clock)
  }
  await set(offset)
  const env = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1'
  }
  const { folder } = options
  const flags = { rate: 1000 }
  await using scene = await openNaruScene({ name: 'clock', seed, folder, flags, env, properties })
  const injected = { jumps: 0, kills: 0 }
  let slowestMs = 0
  for (let cycle = 0; cycle < repetitions; cycle++) {
    await sleep(LIFE_MS)
    // To where it stands already would be no jump.
    await set(random.pick(JUMPS.filter((other) => other !== offset)) ?? '+0')
    injected.jumps++
    slowestMs = Math.max(slowestMs, await resumedWithin(scene, RESUME_MS_MAX))
    if (random.oneIn(3)) {
      injected.kills++
      // A start takes the clock as it is: nobody can tell a jump from a time when the machine was off.
      await set('+0')
      await scene.victim.kill()
      if (!(await scene.restart())) break
    }
  }
  const { count: _, ...findings } = await scene.conclude()
  return { broker: 'naru', injected, ...findings, notes: { 'slowest resume ms': slowestMs } }
}

skipWhenMissing(
  'clock-jump-naru',
  existsSync(LIBRARY) ? undefined : `${LIBRARY} is missing (apt-get install libfaketime)`
)
await runCampaign({ name: 'clock-jump-naru', options, batchSize: BATCH, run: runBatch })
