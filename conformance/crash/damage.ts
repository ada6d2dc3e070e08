/**
 * One file of the data folder is damaged while the broker is dead: a flipped bit, a cut or zeroed tail, a file that is
 * gone. The broker may refuse to start, or say that offsets are damaged; what it may not do is lose anything in
 * silence. The simulation's tests do this a hundred times more often inside one process.
 *
 *     node conformance/crash/damage.ts --cycles 1000
 *     node conformance/crash/damage.ts --cycles 60 --broker kafka
 */
import { cp, lstat, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation, SeededRandom } from '@naru/simulator'
import { campaignOptions, runCampaign, type Batch, type BatchFindings } from './harness/campaign.ts'
import { DAMAGES, damageFile, filesBelow } from './harness/damage.ts'
import { judge, readHistory, type Judgement } from './harness/judge.ts'
import { openScene, type Scene } from './harness/scene.ts'
import type { Victim } from './harness/victim.ts'
import { startWitness } from './harness/witness.ts'

const BATCH = { naru: 25, kafka: 10 }
/** Long enough for write-outs and checkpoints, so that every kind of file is there. */
const LOAD_MS = 7_000
const LIVES = 3
const LOG_TAIL_CHARS = 2000
const READ_ONLY = { producers: 0, fragile: 0, groups: 0, follow: 'false', patience: '5m' }

const options = campaignOptions(1000)
const family = options.broker === 'naru' ? 'naru' : 'kafka'
/** Kafka's metadata log and checkpoints are another story: there, only what holds the topic's records is damaged. */
const isWanted = (path: string): boolean => (family === 'kafka' ? /\/crash-\d+\//.test(path) : true)

interface Prepared {
  readonly scene: Scene<Victim>
  readonly data: string
  readonly copy: string
  readonly history: readonly Operation[]
}

/** A folder that lived through a few kills, and the history of what is in it. */
async function prepare(seed: number): Promise<Prepared> {
  const flags = { rate: 500, groups: 1 }
  const scene = await openScene(options.broker, { name: 'damage', seed, folder: options.folder, flags })
  for (let life = 0; life < LIVES; life++) {
    await sleep(LOAD_MS / LIVES)
    await scene.victim.kill()
    await scene.restart()
  }
  await scene.witness.stopUnjudged()
  // What was not written back yet would be gone as well, and nobody could tell it from the damage.
  await sleep(family === 'kafka' ? 1000 : 0)
  await scene.victim.kill()
  const data = join(scene.folder, 'data')
  const copy = join(scene.folder, 'copy')
  // The lock of the dead broker is a socket.
  await cp(data, copy, { recursive: true, filter: async (path) => !(await lstat(path)).isSocket() })
  const history = await readHistory(join(scene.folder, `damage-${seed}.jsonl`))
  return { scene, data, copy, history: history.filter(({ kind }) => kind !== 'final-read') }
}

async function damageOnce(
  { scene, data, copy, history }: Prepared,
  random: SeededRandom
): Promise<{ kind: string; judgement: Judgement | undefined; what: string }> {
  await rm(data, { recursive: true, force: true })
  await cp(copy, data, { recursive: true })
  const kind = random.pick(DAMAGES) ?? 'bit flip'
  const path = random.pick(await filesBelow(data, isWanted)) ?? ''
  const what = (await damageFile(path, kind, random)).replace(`${dirname(data)}/`, '')
  const isUp = await scene.victim.restart().then(
    () => true,
    () => false
  )
  if (!isUp) return { kind, judgement: undefined, what }
  const seen = join(scene.folder, 'seen.jsonl')
  const reader = await startWitness({ bootstrap: scene.victim.bootstrap, history: seen, flags: READ_ONLY })
  await reader.stopUnjudged()
  await scene.victim.kill()
  return { kind, judgement: judge([...history, ...(await readHistory(seen))]), what }
}

/** What the broker said about it. */
async function logTail(folder: string): Promise<string> {
  return (await readFile(join(folder, 'naru.log'), 'utf8').catch(() => '')).slice(-LOG_TAIL_CHARS)
}

async function runBatch({ seed, random, repetitions }: Batch): Promise<BatchFindings> {
  const prepared = await prepare(seed)
  await using scene = prepared.scene
  const injected: Record<string, number> = {}
  const sums = { acknowledged: 0, lost: 0, duplicated: 0, reordered: 0, other: 0 }
  const notes = { 'refused to start': 0, 'told as unreadable': 0, 'lost in silence': 0 }
  const problems = [...scene.problems]
  for (let cycle = 0; cycle < repetitions; cycle++) {
    const { kind, judgement, what } = await damageOnce(prepared, random)
    injected[kind] = (injected[kind] ?? 0) + 1
    if (judgement === undefined) {
      notes['refused to start']++
      continue
    }
    for (const name of ['acknowledged', 'lost', 'duplicated', 'reordered', 'other'] as const) {
      sums[name] += judgement[name]
    }
    if (judgement.unreadable > 0) notes['told as unreadable']++
    if (judgement.problems.length > 0) {
      notes['lost in silence']++
      problems.push(`${what}: ${judgement.problems.slice(0, 2).join('; ')}`)
      console.error(`${problems.at(-1)}\n${await logTail(scene.folder)}`)
    }
  }
  return { broker: options.broker, injected, ...sums, readyMs: [], problems, notes }
}

await runCampaign({
  name: `damage-${options.broker}`,
  options,
  batchSize: BATCH[family],
  run: runBatch,
  expectLoss: family === 'kafka'
})
