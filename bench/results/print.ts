/** The summary as text for a terminal: one block per workload, then the verdicts on the targets. */
import type { Verdict } from '../targets.ts'
import type { Workload } from '../workloads/index.ts'
import type { Spread } from './statistics.ts'
import type { Summary, SystemSummary } from './summary.ts'

/** Three digits that mean something. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

const cpuFigure = 'brokerCpuSecondsPerGb'

function cell(spread: Spread | undefined): string {
  if (spread === undefined) return '-'
  const { median, min, max } = spread
  return `${shortNumber(median)} (${shortNumber(min)}-${shortNumber(max)})`
}

function systemLine(summary: Summary, workload: Workload, one: SystemSummary): string {
  const { name, figure } = workload
  const { system } = one
  const place = { workload: name, figure: figure.name }
  const ratio = summary.ratio({ ...place, system: 'naru' }, { ...place, system })
  const beside = (workload.beside ?? []).map((other) => `${other} ${cell(one.figures.get(other))}`)
  const parts = [
    `${cell(one.figures.get(figure.name))} ${figure.unit}`,
    ...(one.figures.has(cpuFigure) ? [`CPU ${cell(one.figures.get(cpuFigure))} s/GB`] : []),
    ...(system === 'naru' || ratio === undefined ? [] : [`naru x${cell(ratio)}`]),
    ...beside,
    ...(one.errors.length === 0 ? [] : [`${one.errors.length} FAILED: ${one.errors[0]}`])
  ]
  return `  ${system.padEnd(13)} ${parts.join('   ')}`
}

/** Medians, with the smallest and largest in parentheses. */
export function summaryText(summary: Summary, list: readonly Workload[]): string {
  return list
    .filter(({ name }) => summary.workloads.includes(name))
    .map((workload) => {
      const lines = summary.systems(workload.name).map((one) => systemLine(summary, workload, one))
      return [`${workload.name}: ${workload.what} (${workload.figure.better} is better)`, ...lines].join('\n')
    })
    .join('\n\n')
}

export function verdictText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(
      ({ what, value, wanted, isMet }) =>
        `${isMet ? 'ok    ' : 'MISSED'} ${what}: ${shortNumber(value)}, ${wanted}`
    )
    .join('\n')
}
