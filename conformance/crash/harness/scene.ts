/** A broker with its data, perhaps on a disk of its own, under the load of a witness: the setting of most tests. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '../../process.ts'
import { temporaryFolder } from './at-exit.ts'
import type { Judgement } from './judge.ts'
import { LoopDisk, type FileSystem } from './loop-disk.ts'
import type { Row } from './results.ts'
import { NaruVictim, createTopic, startVictim, type Victim } from './victim.ts'
import { startWitness, type Count, type Witness, type WitnessClient, type WitnessFlags } from './witness.ts'

export interface SceneOptions {
  readonly name: string
  readonly seed: number
  /** Folder for everything; the system's temporary one when left out. */
  readonly folder: string | undefined
  readonly disk?: { readonly kind: FileSystem; readonly bytes: number }
  readonly client?: WitnessClient
  readonly flags?: WitnessFlags
  readonly properties?: Readonly<Record<string, string>>
  /** Environment of the broker; only ours takes one. */
  readonly env?: Readonly<Record<string, string>>
}

/** What a row takes from the checker. */
export type Findings = Pick<
  Row,
  'acknowledged' | 'lost' | 'duplicated' | 'reordered' | 'other' | 'readyMs' | 'problems'
>

/** Where a scene is set. */
interface Stage {
  readonly place: AsyncDisposable
  readonly folder: string
  readonly disk: LoopDisk | undefined
  readonly data: string
}

export class Scene<V extends Victim> implements AsyncDisposable {
  readonly folder: string
  readonly disk: LoopDisk | undefined
  readonly victim: V
  readonly witness: Witness
  readonly problems: string[] = []
  readonly #readyMs: number[] = []
  readonly #place: AsyncDisposable

  constructor(parts: Stage & { readonly victim: V; readonly witness: Witness }) {
    this.folder = parts.folder
    this.#place = parts.place
    this.disk = parts.disk
    this.victim = parts.victim
    this.witness = parts.witness
  }

  /** Starts the broker again; a refused start is a finding, and ends the test. */
  async restart(): Promise<boolean> {
    try {
      await this.victim.restart()
    } catch (error) {
      this.problems.push(error instanceof Error ? error.message : String(error))
      return false
    }
    this.#readyMs.push(Math.round(this.victim.startMs))
    return true
  }

  /** Ends the load and says what was found. */
  async conclude(): Promise<Findings & { readonly count: Count }> {
    const { count, unreadable, ...judgement } = await this.witness.stop()
    // Nobody damaged anything here, so that nothing may be called damaged.
    if (unreadable > 0) this.problems.push(`${unreadable} acknowledged values are said to be damaged`)
    return { ...judgement, count, readyMs: this.#readyMs, problems: this.#allProblems(judgement) }
  }

  #allProblems(judgement: Pick<Judgement, 'problems'>): readonly string[] {
    return [...this.problems, ...judgement.problems]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.witness.kill()
    await this.victim.kill()
    await this.disk?.[Symbol.asyncDispose]()
    await this.#place[Symbol.asyncDispose]()
  }
}

async function stage(options: SceneOptions): Promise<Stage> {
  const place = await temporaryFolder(options.name, options.folder)
  const folder = place.path
  const { disk: wanted } = options
  const disk = wanted === undefined ? undefined : await LoopDisk.create(folder, wanted.kind, wanted.bytes)
  const data = join(disk?.path ?? folder, 'data')
  await mkdir(data)
  return { place, folder, disk, data }
}

async function underLoad<V extends Victim>(
  victim: V,
  parts: Stage,
  { name, seed, client, flags }: SceneOptions
): Promise<Scene<V>> {
  const { folder, disk } = parts
  await createTopic(victim.bootstrap)
  // What somebody else has to sync is no part of the test, such as the configuration of the broker.
  await disk?.sync()
  const witness = await startWitness({
    bootstrap: victim.bootstrap,
    history: join(folder, `${name}-${seed}.jsonl`),
    ...(client === undefined ? {} : { client }),
    ...(flags === undefined ? {} : { flags })
  })
  return new Scene({ ...parts, victim, witness })
}

export async function openScene(broker: string, options: SceneOptions): Promise<Scene<Victim>> {
  const parts = await stage(options)
  const { properties = {} } = options
  return underLoad(
    await startVictim(broker, { data: parts.data, logs: parts.folder, properties }),
    parts,
    options
  )
}

/** With our own broker, which can do more than be killed and started. */
export async function openNaruScene(options: SceneOptions): Promise<Scene<NaruVictim>> {
  const parts = await stage(options)
  const { properties = {}, env = {} } = options
  const [port = 0] = await freePorts(1)
  const victim = new NaruVictim({ data: parts.data, logs: parts.folder, properties, env }, port)
  await victim.restart()
  return underLoad(victim, parts, options)
}
