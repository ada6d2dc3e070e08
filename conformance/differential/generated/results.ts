// What has been compared so far, a line for each program, so that a long run may be cut into pieces.

import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheRoot } from '../../cache.ts'
import type { Trial } from './trial.ts'

const folder = join(cacheRoot, 'evidence', 'differential')
const fileOf = (name: string): string => join(folder, `${name}.jsonl`)

export class Results {
  readonly trials: Trial[]

  readonly #name: string

  private constructor(name: string, trials: Trial[]) {
    this.#name = name
    this.trials = trials
  }

  static async open({ name, anew }: { readonly name: string; readonly anew: boolean }): Promise<Results> {
    await mkdir(folder, { recursive: true })
    if (anew) await rm(fileOf(name), { force: true })
    return new Results(name, await readTrials(name))
  }

  get compared(): number {
    return this.trials.reduce((sum, { compared }) => sum + compared, 0)
  }

  has(seed: number): boolean {
    return this.trials.some((trial) => trial.seed === seed)
  }

  async add(trial: Trial): Promise<void> {
    this.trials.push(trial)
    await appendFile(fileOf(this.#name), `${JSON.stringify(trial)}\n`)
  }
}

export async function readTrials(name: string): Promise<Trial[]> {
  const text = await readFile(fileOf(name), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Trial)
}

export interface Totals {
  readonly programs: number
  readonly compared: number
  readonly apis: number
  readonly versions: number
  readonly explained: number
  readonly unexplained: number
  readonly passing: number
}

export function totalsOf(trials: readonly Trial[]): Totals {
  const versions = new Set(trials.flatMap(({ byVersion }) => Object.keys(byVersion)))
  const sum = (of: (trial: Trial) => number): number => trials.reduce((all, trial) => all + of(trial), 0)
  return {
    programs: trials.length,
    compared: sum(({ compared }) => compared),
    apis: new Set([...versions].map((name) => name.split('.')[0])).size,
    versions: versions.size,
    explained: sum(({ explained }) => Object.values(explained).reduce((all, one) => all + one, 0)),
    unexplained: sum(({ unexplained }) => unexplained.length),
    passing: sum(({ passing }) => passing.length)
  }
}

export function summary(trials: readonly Trial[]): string {
  const { programs, compared, apis, versions, explained, unexplained, passing } = totalsOf(trials)
  return (
    `${compared} requests of ${programs} programs compared (${apis} APIs in ${versions} versions); ` +
    `${explained} differences explained, ${passing} seen once, ${unexplained} unexplained`
  )
}

/** Differences of one kind together, the most frequent first, with a seed that shows each. */
export function classes(trials: readonly Trial[]): string[] {
  const found = new Map<string, { count: number; seed: number }>()
  for (const { seed, unexplained, passing } of trials) {
    for (const [mark, list] of [
      ['DIFFERENT', unexplained],
      ['once', passing]
    ] as const) {
      for (const one of list) {
        const api = one.label.split(' #')[0]?.replace(/ v\d+/, '')
        const path = one.path.replaceAll(/\.\d+/g, '')
        const name = `${mark} ${api} ${path}  kafka: ${one.kafka.slice(0, 120)}  naru: ${one.naru.slice(0, 120)}`
        const known = found.get(name) ?? { count: 0, seed }
        found.set(name, { count: known.count + 1, seed: known.seed })
      }
    }
  }
  return [...found]
    .toSorted(([, a], [, b]) => b.count - a.count)
    .map(([name, { count, seed }]) => `${count} x ${name}  (seed ${seed})`)
}
