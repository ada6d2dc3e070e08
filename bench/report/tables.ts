/** The tables of the page, made from the results: what nobody types cannot be typed wrong. */
import type { Profile } from '../profile/profile.ts'
import type { ResultLine } from '../results/line.ts'
import { shortNumber } from '../results/print.ts'
import type { Spread } from '../results/statistics.ts'
import type { FigurePlace, Summary } from '../results/summary.ts'
import { judge } from '../targets.ts'
import { systemNamed } from '../systems/index.ts'
import { workloads, type Workload } from '../workloads/index.ts'

export interface ReportData {
  readonly lines: readonly ResultLine[]
  readonly summary: Summary
  readonly profile: Profile | undefined
}

type Row = readonly string[]

/** Padded, so that the formatter of the repository finds nothing to change. */
export function markdownTable(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length))
  )
  const line = (row: Row): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

export const notMeasured = 'Not measured yet on a quiet machine.'

function range({ min, max }: Spread): string {
  return `${shortNumber(min)}-${shortNumber(max)}`
}

function percentOrX(ratio: Spread | undefined): string {
  return ratio === undefined ? '' : `${shortNumber(ratio.median)} (${range(ratio)})`
}

/** What, where and with which versions, in sentences. */
export function machineText({ lines }: ReportData): string {
  const [first] = lines
  if (first === undefined) return notMeasured
  const { machine, versions } = first
  const commits = [...new Set(lines.map((line) => line.versions.commit))]
  const times = lines.map(({ time }) => time).toSorted()
  const rounds = Math.max(...lines.map(({ round }) => round))
  const trial = lines.some(({ share }) => share < 1) ? ' **A trial: shortened runs.**' : ''
  return [
    `Measured ${times[0]?.slice(0, 10) ?? ''} at commit ${commits.join(', ')}, up to ${rounds} rounds.${trial}`,
    `${machine.cpus} CPUs (${machine.cpu}), ${machine.memoryGb} GB, Linux ${machine.kernel}, ${machine.fileSystem};`,
    `Node ${versions.node}, Apache Kafka ${versions.kafka} on Java ${versions.java}, franz-go ${versions.franzGo},`,
    `kfake ${versions.kfake}, ${versions.go}.`
  ].join('\n')
}

export function targetTable({ summary }: ReportData): string {
  const verdicts = judge(summary)
  if (verdicts.length === 0) return notMeasured
  const rows = verdicts.map(({ what, value, wanted, isMet }) => [
    what,
    shortNumber(value),
    wanted,
    isMet ? 'met' : '**missed**'
  ])
  return markdownTable(['measure', 'median', 'wanted', ''], rows)
}

export function systemTable(): string {
  const names = ['naru', 'naru-os', 'naru-memory', 'kafka', 'kafka-flush1', 'kfake', 'sink', 'disk']
  const rows = names.map((name) => {
    const { what, durability } = systemNamed(name)
    return [`\`${name}\``, what, durability]
  })
  return markdownTable(['system', 'what', 'an acknowledged record is'], rows)
}

/** All workloads of a group: the figure that each is judged by, its cost, and ours through theirs. */
export function groupTable({ summary }: ReportData, group: string): string {
  const measured = workloads.filter((one) => one.group === group && summary.workloads.includes(one.name))
  if (measured.length === 0) return notMeasured
  const rows = measured.flatMap((workload) =>
    summary.systems(workload.name).flatMap(({ system, figures }): readonly Row[] => {
      const spread = figures.get(workload.figure.name)
      if (spread === undefined) return []
      const cpu = figures.get('brokerCpuSecondsPerGb')
      const ratio =
        system === 'naru' ? undefined : summary.ratio(place(workload, 'naru'), place(workload, system))
      return [
        [
          `\`${workload.name}\``,
          system,
          `${shortNumber(spread.median)} ${workload.figure.unit}`,
          range(spread),
          cpu === undefined ? '' : shortNumber(cpu.median),
          percentOrX(ratio),
          (workload.beside ?? []).map((name) => besideText(name, figures.get(name))).join(', ')
        ]
      ]
    })
  )
  return markdownTable(['workload', 'system', 'median', 'range', 'CPU s/GB', 'Naru / it', 'beside'], rows)
}

const place = ({ name, figure }: Workload, system: string): FigurePlace => ({
  workload: name,
  system,
  figure: figure.name
})

function besideText(name: string, spread: Spread | undefined): string {
  return `${name} ${spread === undefined ? '-' : shortNumber(spread.median)}`
}

/** Our rate as a share of what bounds it in the same run. */
export function limitTable({ summary }: ReportData): string {
  const figure = 'megabytesPerSecond'
  const sizes = ['100b', '1k', '10k']
  const limits = [
    ...['sink', 'naru-memory', 'naru-os'].map((system) => ({ label: system, system, workload: undefined })),
    ...['append-fdatasync', 'recycled-dsync'].map((method) => ({
      label: `disk, ${method}, 1 MB`,
      system: 'disk',
      workload: `disk-${method}-1m`
    }))
  ]
  const rows = sizes.flatMap((size) => {
    const workload = `produce-raw-${size}`
    const ours = summary.figure(workload, 'naru', figure)
    if (ours === undefined) return []
    const shares = limits.map((limit) => {
      const other = { workload: limit.workload ?? workload, system: limit.system, figure }
      return percentOrX(summary.ratio({ workload, system: 'naru', figure }, other)) || '-'
    })
    return [[`\`${workload}\``, `${shortNumber(ours.median)} MB/s`, ...shares]]
  })
  if (rows.length === 0) return notMeasured
  const head = ['workload', 'Naru', ...limits.map(({ label }) => `share of ${label}`)]
  const measured = head.map((_, column) => rows.some((row) => row[column] !== '-'))
  const kept = (row: Row): Row => row.filter((_, column) => measured[column] === true)
  return markdownTable(kept(head), rows.map(kept))
}

/** One part of the profile, a column per phase. */
export function profileTable({ profile }: ReportData, part: 'cpu' | 'systemCalls' | 'copies'): string {
  const phases = Object.entries(profile?.phases ?? {}).filter(([, parts]) => parts[part] !== undefined)
  if (profile === undefined || phases.length === 0) return notMeasured
  const names = [...new Set(phases.flatMap(([, parts]) => Object.keys(parts[part] ?? {})))]
  const rows = names
    .filter((name) => !name.startsWith('- '))
    .map((name) => [name, ...phases.map(([, parts]) => numberOrNothing(parts[part]?.[name]))])
  const heads = { cpu: 'self time, % of what was not idle', systemCalls: 'calls per batch', copies: '' }
  return markdownTable([heads[part], ...phases.map(([name]) => name)], rows)
}

/** The functions that take most of one phase. */
export function functionTable({ profile }: ReportData, phase: string): string {
  const rows = Object.entries(profile?.phases[phase]?.['cpu'] ?? {}).filter(([name]) => name.startsWith('- '))
  if (rows.length === 0) return notMeasured
  const named = rows.map(([name, value]) => [`\`${name.slice(2).trim()}\``, shortNumber(value)])
  return markdownTable([`function, ${phase}`, '%'], named)
}

function numberOrNothing(value: number | undefined): string {
  return value === undefined ? '' : shortNumber(value)
}
