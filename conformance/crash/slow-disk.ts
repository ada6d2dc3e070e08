/**
 * A disk that takes 2 MiB/s while clients offer more, half a minute at a time, and then a power cut. Nothing is
 * acknowledged before it is synced, memory stays bounded, and the group keeps its session.
 *
 *     node conformance/crash/slow-disk.ts --cycles 20
 */
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { runOrThrow } from '../process.ts'
import {
  campaignOptions,
  runCampaign,
  skipWhenMissing,
  type Batch,
  type BatchFindings
} from './harness/campaign.ts'
import { whyNoLoopDisk } from './harness/loop-disk.ts'
import { openNaruScene } from './harness/scene.ts'

const BYTES_PER_SECOND = 2 * 1024 ** 2
const SLOW_MS = 30_000
const VALUE_BYTES = 550
const DISK_BYTES = 2 * 1024 ** 3
const BATCH = 2
/** The idle broker, 96 MiB of tails, and what connections and collection of garbage need on top. */
const RSS_MIB_MAX = 512
/** Version 1 throttles what a process writes synchronously, which is how the journal is written. */
const CGROUPS = '/sys/fs/cgroup/blkio'

const options = campaignOptions(20)

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

async function deviceOf(path: string): Promise<string> {
  return (await runOrThrow('mountpoint', ['-d', path])).stdout.trim()
}

async function runBatch({ seed, repetitions }: Batch): Promise<BatchFindings> {
  const disk = { kind: 'ext4', bytes: DISK_BYTES } as const
  // 12,000 records of 600 bytes: more than three times what the disk takes.
  const flags = { rate: 3000, 'value-bytes': VALUE_BYTES, groups: 2 }
  await using scene = await openNaruScene({ name: 'slow', seed, folder: options.folder, disk, flags })
  const group = `${CGROUPS}/naru-slow-${process.pid}`
  await mkdir(group, { recursive: true })
  const limit = `${group}/blkio.throttle.write_bps_device`
  let peakMib = 0
  let acknowledgedSlow = 0
  for (let cycle = 0; cycle < repetitions; cycle++) {
    // A disk that was mounted again may be another loop device when other tests mount theirs.
    const device = await deviceOf(scene.disk?.path ?? '')
    await writeFile(limit, `${device} ${BYTES_PER_SECOND}`)
    await writeFile(`${group}/cgroup.procs`, String(scene.victim.pid))
    const before = (await scene.witness.count()).acknowledged
    for (let atMs = 0; atMs < SLOW_MS; atMs += 500) {
      await sleep(500)
      peakMib = Math.max(peakMib, await residentMib(scene.victim.pid))
    }
    acknowledgedSlow += (await scene.witness.count()).acknowledged - before
    await scene.victim.kill()
    await writeFile(limit, `${device} 0`)
    await scene.disk?.cutPower()
    if (!(await scene.restart())) break
  }
  if (acknowledgedSlow * VALUE_BYTES > ((repetitions * SLOW_MS) / 1000) * BYTES_PER_SECOND)
    scene.problems.push('more was acknowledged than a slow disk takes: was it slow?')
  if (peakMib > RSS_MIB_MAX) scene.problems.push(`the broker grew to ${peakMib} MiB`)
  const { count, ...findings } = await scene.conclude()
  await rmdir(group)
  const notes = {
    'peak RSS MiB': peakMib,
    'acknowledged while slow': acknowledgedSlow,
    commits: count.commits
  }
  return { broker: 'naru', injected: { 'slow phases': repetitions, cuts: repetitions }, ...findings, notes }
}

const noThrottle =
  existsSync(`${CGROUPS}/blkio.throttle.write_bps_device`) || existsSync(`${CGROUPS}/cgroup.procs`)
skipWhenMissing(
  'slow-disk-naru',
  (await whyNoLoopDisk('ext4')) ?? (noThrottle ? undefined : `${CGROUPS} cannot throttle`)
)
await runCampaign({ name: 'slow-disk-naru', options, batchSize: BATCH, run: runBatch })
