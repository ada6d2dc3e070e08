/** What saw which planted mistake: `planted.jsonl` of ../../planted. */
import { join } from 'node:path'
import { mistakes } from '../../planted/mistakes.ts'
import { shortCommit } from './figures.ts'
import { evidenceFolder, readLines } from './results.ts'

interface PlantedRow {
  readonly date: string
  readonly commit: string
  readonly name: string
  readonly by: string
}

/** What the same detectors say of the code without a mistake. */
const CONTROL = 'nothing planted'

/** A section of the report; empty when no mistake has been planted. */
export async function plantedSection(): Promise<string> {
  // The newest line of each counts.
  const rows = await readLines<PlantedRow>(join(evidenceFolder, 'planted.jsonl'))
  const seen = new Map(rows.map((row) => [row.name, row]))
  if (seen.size === 0) return ''
  const control = seen.get(CONTROL)
  const missed = mistakes.filter(({ name }) => !seen.has(name))
  const missing =
    missed.length === 0 ? '' : ` Not seen, or not tried yet: ${missed.map(({ name }) => name).join(', ')}.`
  const lines = mistakes.flatMap(({ name, says }) => {
    const row = seen.get(name)
    if (row === undefined) return []
    return [
      `| ${name} | ${cell(says)} | ${cell(row.by)} | ${row.date.slice(0, 10)}, ${shortCommit(row.commit)} |`
    ]
  })
  return `
## Planted bugs

\`node conformance/planted/planted.ts\`: each mistake was planted by itself into the code of that commit, and this saw it:
${mistakes.length - missed.length} of ${mistakes.length}.${missing} The same seeds and tests pass without any (${control?.by ?? 'not tried yet'}).

| mistake | what it is | seen by | when |
| --- | --- | --- | --- |
${lines.join('\n')}
`
}

const cell = (text: string): string => text.replaceAll('|', '/')
