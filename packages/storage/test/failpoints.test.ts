/** A kill and a power cut at every named failpoint, at its first visits: nothing acknowledged is lost. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk, SeededRandom } from '@naru/simulator'
import { FAILPOINTS, type FailpointName } from '../src/index.ts'
import { randomStep, startStorage } from './harness.ts'
import { World } from './world.ts'

/** `NARU_VISITS` tries more visits of each. */
const visitsMax = Number(process.env['NARU_VISITS'] ?? '1')
const steps = 70
const attemptsMax = 5

/** They are reached only with damage or on a full disk. */
const rare = new Set<FailpointName>([
  'journal-void',
  'journal-voided',
  'segment-rebuild',
  'quarantine-write',
  'quarantine-written'
])

interface Stop {
  readonly name: FailpointName
  readonly visit: number
  /** Other steps, should the failpoint not be reached by the first ones. */
  readonly attempt: number
  readonly how: 'kill' | 'crash'
}

/** Whether the failpoint was reached. */
async function stopAt(stop: Stop): Promise<boolean> {
  const seed = FAILPOINTS.indexOf(stop.name) * 100 + stop.visit + stop.attempt * 10_000
  const random = new SeededRandom(seed)
  const disk = new FaultyDisk({ seed, knowsDataSync: !stop.name.startsWith('journal-sync') })
  const world = new World(random)
  let clock = new ManualClock()
  let visits = 0
  let reached = false
  for (let life = 0; life < 4; life++) {
    clock = new ManualClock(clock.wallMs() + 1_000)
    const context = { clock, random }
    let ended = false
    const crashed = disk.crashed().then(() => void (ended = true))
    const failpoint = (name: FailpointName): void | Promise<void> => {
      if (name !== stop.name || reached || ++visits !== stop.visit) return
      reached = true
      disk[stop.how]()
      return new Promise<never>(() => undefined)
    }
    const live = async (): Promise<void> => {
      const storage = await startStorage(disk, clock, failpoint)
      if (ended) return
      assert.deepEqual(storage.recovery.damage, [])
      world.use(storage)
      await world.verify(storage)
      for (let step = 0; step < steps && !ended; step++) {
        await randomStep(world, storage, context)
        if (!ended && step % 20 === 0) {
          await storage.snapshots.save('group', { offset: step, bytes: Buffer.from(String(step)) })
        }
      }
      if (!ended) await world.verify(storage)
      if (!ended && life % 2 === 1) await storage.close()
    }
    await Promise.race([crashed, live()])
    world.use(undefined)
    ended = true
    disk.kill()
  }
  return reached
}

/** `compaction.test.ts` has those of compaction. */
async function isReached(stop: Omit<Stop, 'attempt'>): Promise<boolean> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) if (await stopAt({ ...stop, attempt })) return true
  return false
}

for (const name of FAILPOINTS.filter((one) => !rare.has(one) && !one.startsWith('compaction-'))) {
  it(`loses nothing when it stops at ${name}`, async () => {
    let reached = 0
    for (let visit = 1; visit <= visitsMax; visit++) {
      for (const how of ['kill', 'crash'] as const) if (await isReached({ name, visit, how })) reached++
    }
    assert.ok(reached > 0, 'the failpoint was never reached')
  })
}
