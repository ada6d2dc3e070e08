/**
 * Writes the figures of a results file into the pages that show them, and draws the charts beside it:
 *
 *     npm run bench:report -- docs/evidence/performance.jsonl [--profile docs/evidence/performance-profile.json]
 *
 * Results of shortened runs are refused, unless `--trial` is given together with another `--page`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from 'naru-conformance/cache'
import type { Profile } from '../profile/profile.ts'
import { readLatest } from '../results/line.ts'
import { Summary } from '../results/summary.ts'
import { groups, workloads } from '../workloads/index.ts'
import { barsSvg, type BarBlock } from './bars.ts'
import { fillBlocks } from './blocks.ts'
import {
  functionTable,
  groupTable,
  limitTable,
  machineText,
  profileTable,
  systemTable,
  targetTable,
  type ReportData
} from './tables.ts'

const pageDefault = join(repositoryRoot, 'docs/performance.md')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    profile: { type: 'string' },
    page: { type: 'string', default: pageDefault },
    trial: { type: 'boolean', default: false }
  }
})

/** Figures of which a picture says more than the table. */
const chartGroups = ['produce', 'consume', 'latency']

function chart({ summary }: ReportData, group: string): string | undefined {
  const blocks = workloads
    .filter((one) => one.group === group && one.systems.includes('naru'))
    .flatMap(({ name, figure }): readonly BarBlock[] => {
      const bars = summary.systems(name).flatMap(({ system, figures }) => {
        const spread = figures.get(figure.name)
        return spread === undefined ? [] : [{ ...spread, label: system, isOurs: system.startsWith('naru') }]
      })
      const title = `${name}, ${figure.better} is better`
      return bars.length === 0 ? [] : [{ title, unit: figure.unit, bars }]
    })
  return blocks.length === 0 ? undefined : barsSvg(blocks)
}

/** The content of each block by its name. */
async function blockFillers(data: ReportData, folder: string): Promise<ReadonlyMap<string, string>> {
  const fillers = new Map<string, string>([
    ['machine', machineText(data)],
    ['targets', targetTable(data)],
    ['systems', systemTable()],
    ['limits', limitTable(data)],
    ['cpu', profileTable(data, 'cpu')],
    ['system calls', profileTable(data, 'systemCalls')],
    ['copies', profileTable(data, 'copies')],
    ['functions', functionTable(data, 'produce 1 KB')]
  ])
  for (const { name } of groups) fillers.set(`group ${name}`, groupTable(data, name))
  for (const group of chartGroups) fillers.set(`chart ${group}`, await drawn(data, folder, group))
  return fillers
}

async function drawn(data: ReportData, folder: string, group: string): Promise<string> {
  const svg = chart(data, group)
  if (svg === undefined) return 'No chart yet.'
  const file = join(folder, `performance-${group}.svg`)
  await writeFile(file, svg)
  return `![${group}: medians, and lines from the smallest to the largest](${relative(dirname(values.page), file)})`
}

async function main(): Promise<void> {
  const [file] = positionals
  if (file === undefined)
    throw new Error('name the file of results, which `npm run bench -- --out FILE` writes')
  const lines = await readLatest(file)
  const profile =
    values.profile === undefined ? undefined : (JSON.parse(await readFile(values.profile, 'utf8')) as Profile)
  const isTrial = (profile?.share ?? 1) < 1 || lines.some(({ share }) => share < 1)
  if (isTrial && !(values.trial && resolve(values.page) !== pageDefault))
    throw new Error("shortened runs are for nobody's page")
  const machines = new Set(lines.map(({ machine }) => JSON.stringify(machine)))
  if (machines.size > 1)
    throw new Error(`${basename(file)} holds figures of several machines: ${[...machines].join(', ')}`)
  const data: ReportData = { lines, summary: new Summary(lines), profile }
  const fillers = await blockFillers(data, dirname(file))
  const page = await readFile(values.page, 'utf8')
  await writeFile(
    values.page,
    fillBlocks(page, (name) => fillers.get(name))
  )
  console.log(`${values.page} shows ${lines.length} runs`)
}

await main()
