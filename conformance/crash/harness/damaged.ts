/** What damage to files did to the production recovery inside one process: `damage-<test>.jsonl` of ../../damage. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commits, figure, period, share, shortCommit, total } from './figures.ts'
import { evidenceFolder, readLines } from './results.ts'

/** Places from `from` to `to` were damaged, and what came of it by kind of file. */
interface DamageRow {
  readonly date: string
  readonly commit: string
  readonly test: string
  readonly from: number
  readonly to: number
  readonly tally: Readonly<Record<string, number>>
  readonly failures: readonly unknown[]
  /** What was found out about its failures later; written by hand. */
  readonly remark?: string
}

/** The whole of each test, and the option that asks for it. */
const PLANNED: Readonly<Record<string, { readonly cases: number; readonly option: string }>> = {
  cuts: { cases: 3 * 65_536, option: '--bytes 65536' },
  flips: { cases: 100_000, option: '--cases 100000' },
  files: { cases: 2_000, option: '--cases 2000' }
}

/** Earlier runs that a newer one of the same cases has replaced: their figures are history, their findings are told. */
const SUPERSEDED = join(evidenceFolder, 'superseded')

const placesOf = ({ from, to }: DamageRow): number => to - from

async function readAll(folder: string): Promise<DamageRow[][]> {
  const names = await readdir(folder).catch((): string[] => [])
  const files = names.filter((name) => /^damage-.*\.jsonl$/.test(name)).toSorted()
  const all = await Promise.all(files.map((name) => readLines<Partial<DamageRow>>(join(folder, name))))
  // Real processes leave rows of another form under names like these.
  return all
    .map((rows) => rows.filter((row): row is DamageRow => row.tally !== undefined))
    .filter((rows) => rows.length > 0)
}

/** Lines of the table of what was run inside one process. */
export async function damageLines(): Promise<string[]> {
  return (await readAll(evidenceFolder)).map(damageLine)
}

function damageLine(rows: readonly DamageRow[]): string {
  const outcomes = new Map<string, number>()
  for (const { tally } of rows) {
    for (const [key, count] of Object.entries(tally)) {
      const outcome = key.slice(key.indexOf(':') + 2)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count)
    }
  }
  const test = rows[0]?.test ?? ''
  const cells = [
    `damage: ${test}`,
    share(total(rows, placesOf), PLANNED[test]?.cases ?? 0),
    [...outcomes].map(([outcome, count]) => `${outcome} ${figure(count)}`).join(', '),
    figure(total(rows, (row) => row.failures.length)),
    period(rows),
    commits(rows, placesOf),
    `\`node conformance/damage/${test}.ts ${PLANNED[test]?.option ?? ''}\``
  ]
  return `| ${cells.join(' | ')} |`
}

/** What was found, in the newest runs and in those that they have replaced. */
export async function damageFindings(): Promise<string[]> {
  const files = [...(await readAll(evidenceFolder)), ...(await readAll(SUPERSEDED))]
  return files.flatMap((rows) => {
    const bad = rows.filter(({ failures }) => failures.length > 0)
    const [first] = bad
    if (first === undefined) return []
    const count = total(bad, ({ failures }) => failures.length)
    const places = total(rows, placesOf)
    const remark = bad.find((row) => row.remark !== undefined)?.remark ?? 'Not explained yet.'
    return [
      `- damage: ${first.test}, commit ${shortCommit(first.commit)}, ${figure(count)} of ${figure(places)}, the first of them ${String(first.failures[0]).trim()}. ${remark}`
    ]
  })
}
