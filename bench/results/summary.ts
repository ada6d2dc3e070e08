/** From lines to what is compared: per workload and system the spread of each figure, and ratios between systems. */
import type { ResultLine } from './line.ts'
import { ratios, spread, type Spread } from './statistics.ts'

export interface SystemSummary {
  readonly system: string
  readonly durability: string
  readonly figures: ReadonlyMap<string, Spread>
  readonly errors: readonly string[]
}

export class Summary {
  /** By workload, then by system, then by figure, then by command and round. */
  readonly #values = new Map<string, Map<string, Map<string, Map<string, number>>>>()
  readonly #durability = new Map<string, string>()
  readonly #errors = new Map<string, string[]>()

  constructor(lines: readonly ResultLine[]) {
    for (const line of lines) this.#add(line)
  }

  #add({ workload, system, run, round, figures, durability, error }: ResultLine): void {
    this.#durability.set(system, durability)
    const systems = entry(this.#values, workload, () => new Map<string, Map<string, Map<string, number>>>())
    const byFigure = entry(systems, system, () => new Map<string, Map<string, number>>())
    if (error !== undefined) entry(this.#errors, `${workload} ${system}`, () => []).push(error)
    // What could not be known, such as the CPU time of a process that is not ours, is no number; JSON writes it as null.
    for (const [name, value] of Object.entries(figures)) {
      if (value !== null && Number.isFinite(value))
        entry(byFigure, name, () => new Map<string, number>()).set(`${run} ${round}`, value)
    }
  }

  get workloads(): readonly string[] {
    return [...this.#values.keys()]
  }

  systems(workload: string): readonly SystemSummary[] {
    return [...(this.#values.get(workload) ?? [])].map(([system, byFigure]) => ({
      system,
      durability: this.#durability.get(system) ?? '',
      figures: new Map([...byFigure].map(([name, byRound]) => [name, spread([...byRound.values()])])),
      errors: this.#errors.get(`${workload} ${system}`) ?? []
    }))
  }

  figure(workload: string, system: string, name: string): Spread | undefined {
    const byRound = this.#values.get(workload)?.get(system)?.get(name)
    return byRound === undefined ? undefined : spread([...byRound.values()])
  }

  /** How many times theirs ours is, of one figure; the workloads may differ, as for the bare disk. */
  ratio(ours: FigurePlace, theirs: FigurePlace): Spread | undefined {
    const [mine, other] = [ours, theirs].map(({ workload, system, figure }) =>
      this.#values.get(workload)?.get(system)?.get(figure)
    )
    return mine === undefined || other === undefined ? undefined : ratios(mine, other)
  }
}

export interface FigurePlace {
  readonly workload: string
  readonly system: string
  readonly figure: string
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
