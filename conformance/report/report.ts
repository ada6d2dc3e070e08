// Writes docs/evidence/conformance.md from the results of whole runs: `npm run conformance:report`.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '../cache.ts'
import { toolDifferences } from '../clients/tool-differences.ts'
import { readTrials, totalsOf } from '../differential/generated/results.ts'
import { referenceNote, references } from './reference.ts'
import { readResults, type DatedResult } from './results.ts'

/** Rows in the order of the card, and how each is run. */
const subjects: Readonly<Record<string, { readonly title: string; readonly command: string }>> = {
  kgo: {
    title: "franz-go's own suite (kgo v1.22.2), 500,000 records",
    command: 'node conformance/suites/run.ts kgo --records 500000 --runs 3'
  },
  librdkafka: {
    title: "librdkafka's test runner (2.15.1)",
    command: 'node conformance/suites/run.ts librdkafka --jobs 3'
  },
  clients: {
    title: 'client matrix: every client writes, every other reads',
    command: 'npm run test:clients'
  },
  tools: {
    title: "Kafka's command-line tools, output compared with Kafka's",
    command:
      'node conformance/clients/matrix.ts --client java --case java-tools --case operator-tools --case transaction-tools --case dump-log'
  },
  differential: {
    title: 'hand-written requests, answers compared with Kafka',
    command: 'npm run test:differential'
  },
  export: { title: 'hand-over to Apache Kafka', command: 'npm run test:hand-over' },
  import: { title: 'take-over from Apache Kafka', command: 'npm run test:take-over' }
}

function rowOf(subject: string, results: readonly DatedResult[]): string {
  const entry = subjects[subject]
  const reference = references[subject]
  const ours = results.filter((one) => one.subject === subject && one.broker === 'naru')
  const last = ours.at(-1)
  const naru =
    last === undefined ? 'not run' : `${last.passed} passed, ${last.failed} failed, ${last.skipped} skipped`
  const when = last === undefined ? '-' : `${last.date}, ${last.commit}`
  return row([
    entry?.title ?? subject,
    naru,
    reference?.kafka ?? '-',
    reference?.kfake ?? '-',
    last?.note ?? '',
    when
  ])
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

const results = await readResults()
const trials = await readTrials('generated')
const totals = totalsOf(trials)
const members = totalsOf(await readTrials('members'))
const reasons = new Map<string, number>()
for (const { explained } of trials) {
  for (const [reason, count] of Object.entries(explained))
    reasons.set(reason, (reasons.get(reason) ?? 0) + count)
}

const lines = [
  '# Conformance: what other software says about Naru',
  '',
  'Written by `npm run conformance:report` from the results of whole runs; conformance/README.md says what each suite',
  'is. Naru is one node in its default mode unless said otherwise, Apache Kafka is 4.2.0 as one plain node, kfake is',
  "franz-go's broker for tests.",
  '',
  row(['suite', 'Naru', 'Apache Kafka 4.2.0', 'kfake', 'remarks', 'date, commit']),
  row(Array.from({ length: 6 }, () => '---')),
  ...Object.keys(subjects).map((subject) => rowOf(subject, results)),
  '',
  referenceNote,
  '',
  '## Generated requests',
  '',
  totals.compared === 0
    ? 'Not run.'
    : `${totals.compared.toLocaleString('en')} requests in ${totals.programs.toLocaleString('en')} programs, of ` +
      `${totals.apis} APIs in ${totals.versions} versions, were sent to Apache Kafka and to Naru in mode \`memory\`, and the ` +
      `answers compared: ${totals.unexplained} unexplained differences, ${totals.passing} that were seen once and not again, ` +
      `${totals.explained.toLocaleString('en')} explained ones.`,
  '',
  members.compared === 0
    ? 'Groups with several members: not run.'
    : `Groups with several members: ${members.compared.toLocaleString('en')} requests in ${members.programs} programs, ` +
      `${members.unexplained} unexplained differences, ${members.passing} that were seen once and not again.`,
  '',
  ...(reasons.size === 0
    ? []
    : [
        row(['differences', 'because']),
        row(['---', '---']),
        ...[...reasons]
          .toSorted(([, a], [, b]) => b - a)
          .map(([reason, count]) => row([count.toLocaleString('en'), reason])),
        ''
      ]),
  "## Kafka's command-line tools",
  '',
  'The same commands on both brokers print the same lines, but for ids, addresses, times and sizes, and for these:',
  '',
  row(['commands', 'because']),
  row(['---', '---']),
  ...toolDifferences.map(({ steps, because }) => row([steps.join(', '), because])),
  '',
  'How many lines `kafka-verifiable-consumer` prints follows the clock: of it only that it reads everything is judged, and',
  'of a search by the largest timestamp only where it finds it.',
  '',
  '## Commands',
  '',
  row(['suite', 'command']),
  row(['---', '---']),
  ...Object.values(subjects).map(({ title, command }) => row([title, `\`${command}\``])),
  row([
    'generated requests',
    '`node conformance/differential/generated/run.ts --requests 100000 --minutes 60`'
  ]),
  row([
    'groups with several members',
    '`node conformance/differential/generated/members-run.ts --programs 120 --minutes 10`'
  ]),
  ''
]

const file = join(repositoryRoot, 'docs/evidence/conformance.md')
await mkdir(dirname(file), { recursive: true })
await writeFile(file, lines.join('\n'))
console.log(`${results.length} results, ${totals.compared} generated requests`)
