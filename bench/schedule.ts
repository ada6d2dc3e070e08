/** What a command is going to run, in its order: group by group, round by round, system by system. */
import { groupNamed, type Group, type Workload } from './workloads/index.ts'

export interface Visit {
  readonly group: Group
  /** Counts from 1. */
  readonly round: number
  readonly system: string
  readonly workloads: readonly Workload[]
}

export interface Plan {
  readonly workloads: readonly Workload[]
  readonly systems: ReadonlyArray<{ readonly name: string; readonly like?: string }>
  readonly rounds: number
  /** All in one process of each system, whatever their groups say: a quick look has no time for more starts. */
  readonly together?: boolean
}

const oneGroup: Group = { name: 'quick', warmUpBytes: 1_000_000_000 }

/** The systems take turns within a round, so that a slow minute of the machine hits all of them alike. */
export function visits({ workloads, systems, rounds, together = false }: Plan): readonly Visit[] {
  const names = [...new Set(workloads.map(({ group }) => group))]
  const groups = together ? [oneGroup] : names.map(groupNamed)
  return groups.flatMap((group) => {
    const members = workloads.filter((one) => together || one.group === group.name)
    const count = Math.min(rounds, group.roundsMax ?? rounds)
    return Array.from({ length: count }, (_, index) => index + 1).flatMap((round) =>
      systems.flatMap(({ name, like }) => {
        const fitting = members.filter((one) => one.systems.includes(like ?? name))
        return fitting.length === 0 ? [] : [{ group, round, system: name, workloads: fitting }]
      })
    )
  })
}
