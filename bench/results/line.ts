/** One line of the results: a run of one workload on one system, with everything that is needed to judge it. */
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Machine, Versions } from '../measure/machine.ts'

export interface ResultLine {
  /** When the command was started: lines with the same value belong together. */
  readonly run: string
  readonly time: string
  readonly workload: string
  readonly group: string
  readonly system: string
  /** The system in words; of a variant, what is different about it. */
  readonly what: string
  readonly durability: string
  readonly round: number
  /** 1 for the real thing; figures of trials are marked so. */
  readonly share: number
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  readonly figures: Readonly<Record<string, number | null>>
  /** Why there are no figures. */
  readonly error?: string
  readonly machine: Machine
  readonly versions: Versions
}

export async function appendLine(file: string, line: ResultLine): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, `${JSON.stringify(line)}\n`)
}

/** Lines of a file; of what was measured several times only the last command's. */
export async function readLatest(file: string): Promise<readonly ResultLine[]> {
  const text = await readFile(file, 'utf8')
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ResultLine)
  return latest(lines)
}

/**
 * Of each workload the commands that were the last for one of its systems at least, with all their systems: ratios need
 * both sides of one command.
 */
export function latest(lines: readonly ResultLine[]): readonly ResultLine[] {
  const last = new Map<string, string>()
  for (const { workload, system, run } of lines) {
    const place = `${workload} ${system}`
    if (run >= (last.get(place) ?? '')) last.set(place, run)
  }
  const kept = new Set<string>()
  for (const { workload, system, run } of lines) {
    if (last.get(`${workload} ${system}`) === run) kept.add(`${workload} ${run}`)
  }
  return lines.filter(({ workload, run }) => kept.has(`${workload} ${run}`))
}
