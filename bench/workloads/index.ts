/** The table of all workloads, in the order in which they run, and their groups. */
import { consumeGroups, consumeWorkloads } from './consume.ts'
import { enduranceGroups, enduranceWorkloads } from './endurance.ts'
import { latencyGroups, latencyWorkloads } from './latency.ts'
import { produceGroups, produceWorkloads } from './produce.ts'
import { restartGroups, restartWorkloads } from './restart.ts'
import { toolGroups, toolWorkloads } from './tools.ts'
import { transactionGroups, transactionWorkloads } from './transactions.ts'
import type { Group, Workload } from './workload.ts'

export { scaled, type Group, type Prepared, type Run, type Workload } from './workload.ts'

export const workloads: readonly Workload[] = [
  ...produceWorkloads,
  ...consumeWorkloads,
  ...latencyWorkloads,
  ...transactionWorkloads,
  ...enduranceWorkloads,
  ...restartWorkloads,
  ...toolWorkloads
]

export const groups: readonly Group[] = [
  ...produceGroups,
  ...consumeGroups,
  ...latencyGroups,
  ...transactionGroups,
  ...enduranceGroups,
  ...restartGroups,
  ...toolGroups
]

export function groupNamed(name: string): Group {
  const group = groups.find((one) => one.name === name)
  if (group === undefined) throw new Error(`there is no group '${name}'`)
  return group
}

/** The workloads whose name or group is asked for, or begins so: `produce`, `consume-cold`, `latency-5000`. */
export function workloadsNamed(names: readonly string[]): readonly Workload[] {
  const isAsked = (workload: Workload, name: string): boolean =>
    workload.name.startsWith(name) || workload.group === name
  const unknown = names.find((name) => !workloads.some((workload) => isAsked(workload, name)))
  if (unknown !== undefined)
    throw new Error(
      `no workload begins with '${unknown}'; there are ${workloads.map((one) => one.name).join(', ')}`
    )
  return workloads.filter((workload) => names.some((name) => isAsked(workload, name)))
}
