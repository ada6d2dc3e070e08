/**
 * The disk runs full under load, because somebody else fills it, and is freed again. Clients get an error, what was
 * refused never comes back, nothing acknowledged is lost, and producing resumes within ten seconds. In one loop of
 * four the broker is killed while the disk is full, and tries to start on the full disk.
 *
 *     node conformance/crash/disk-full.ts --cycles 100
 */
import { rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '../process.ts'
import {
  campaignOptions,
  runCampaign,
  skipWhenMissing,
  type Batch,
  type BatchFindings
} from './harness/campaign.ts'
import { whyNoLoopDisk } from './harness/loop-disk.ts'
import { resumedWithin } from './harness/resume.ts'
import { openNaruScene, type Scene } from './harness/scene.ts'
import type { NaruVictim } from './harness/victim.ts'

const DISK_BYTES = 768 * 1024 ** 2
const BATCH = 10
const LIFE_MS_MIN = 500
const LIFE_MS_SPREAD = 1500
/** Files of the journal that exist already take what comes for a while. */
const FULL_MS_MAX = 8_000
const RESUME_MS_MAX = 10_000

const options = campaignOptions(100)

/** Takes every block that is left: most of them at once, and one after another what becomes free meanwhile. */
async function fill(scene: Scene<NaruVictim>): Promise<string> {
  const path = scene.disk?.path ?? ''
  const ballast = join(path, 'ballast')
  const { bfree, bsize } = await statfs(path)
  await run('fallocate', ['-l', String(bfree * bsize), ballast])
  await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64K', 'oflag=append', 'conv=notrunc,fsync'])
  return ballast
}

async function errorsOf(scene: Scene<NaruVictim>): Promise<number> {
  return (await scene.witness.count()).errors['KAFKA_STORAGE_ERROR'] ?? 0
}

/** Waits until a client was refused; false when everybody was served all the time. */
async function refused(scene: Scene<NaruVictim>): Promise<boolean> {
  const before = await errorsOf(scene)
  for (const endAt = performance.now() + FULL_MS_MAX; performance.now() < endAt; await sleep(100)) {
    if ((await errorsOf(scene)) > before) return true
  }
  return false
}

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  const disk = { kind: 'ext4', bytes: DISK_BYTES } as const
  const flags = { rate: 1000, 'final-errors': 'KAFKA_STORAGE_ERROR' }
  await using scene = await openNaruScene({ name: 'full', seed, folder: options.folder, disk, flags })
  const injected = { full: 0, 'clients refused': 0, 'kills while full': 0, 'starts while full': 0 }
  let slowestMs = 0
  for (let cycle = 0; cycle < repetitions; cycle++) {
    await sleep(LIFE_MS_MIN + random.below(LIFE_MS_SPREAD))
    const ballast = await fill(scene)
    injected.full++
    if (await refused(scene)) injected['clients refused']++
    if ((await scene.victim.endsWithin(0)) !== undefined) {
      scene.problems.push('the process ended on a full disk')
    }
    const isKilled = random.oneIn(4)
    if (isKilled) {
      injected['kills while full']++
      await scene.victim.kill()
      const isUp = await scene.victim.restart().then(
        () => true,
        () => false
      )
      if (isUp) injected['starts while full']++
      await scene.victim.kill()
    }
    await rm(ballast)
    if ((isKilled || scene.problems.length > 0) && !(await scene.restart())) break
    slowestMs = Math.max(slowestMs, await resumedWithin(scene, RESUME_MS_MAX))
  }
  if (injected['clients refused'] === 0) scene.problems.push('no client ever noticed that the disk was full')
  const { count: _, ...findings } = await scene.conclude()
  return { broker: 'naru', injected, ...findings, notes: { 'slowest resume ms': slowestMs } }
}

skipWhenMissing('disk-full-naru', await whyNoLoopDisk('ext4'))
await runCampaign({ name: 'disk-full-naru', options, batchSize: BATCH, run: runBatch })
