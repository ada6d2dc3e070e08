// After a hand-over work goes on: groups from where they were, and producers with ids of their own.

import type { RunningBroker } from '../broker.ts'
import { runOrThrow } from '../process.ts'
import type { Checks } from './checks.ts'
import { checksums } from './checksums.ts'
import type { Filling } from './fill.ts'

/** A member of the first group begins where the group had been: what it reads first has the offset that was committed. */
export async function goesOnInGroup(
  { bootstrap }: RunningBroker,
  { groups }: Filling,
  committed: readonly string[],
  checks: Checks
): Promise<void> {
  const [group = ''] = groups
  const args = [
    '-b',
    bootstrap,
    '-G',
    group,
    '-X',
    'auto.offset.reset=earliest',
    '-c',
    '200',
    '-q',
    '-f',
    '%p %o\n',
    'plain'
  ]
  const { stdout } = await runOrThrow('kcat', args)
  const first = new Map<string, number>()
  for (const line of stdout.split('\n').filter((one) => one !== '')) {
    const [partition = '', offset = ''] = line.split(' ')
    if (!first.has(partition)) first.set(partition, Number(offset))
  }
  const wrong = [...first].filter(([partition, offset]) => {
    const known = committed.find((line) => line.startsWith(`${group} plain ${partition} `))
    return known !== undefined && Number(known.split(' ')[3]) !== offset
  })
  checks.note(`${group} goes on where it was`, first.size > 0 && wrong.length === 0, wrong.join('; '))
}

/** An idempotent and a transactional producer write to the topic, and committed readers see it. */
export async function writesAnew(
  { bootstrap }: RunningBroker,
  topic: string,
  before: readonly string[],
  checks: Checks
): Promise<void> {
  for (const flag of ['enable.idempotence=true', 'transactional.id=a-new-one']) {
    await runOrThrow('kcat', ['-b', bootstrap, '-P', '-t', topic, '-X', flag], { input: `${flag}\n` })
  }
  const grown =
    recordsIn(await checksums(bootstrap, 'read_committed', [topic]), topic) - recordsIn(before, topic)
  checks.note('new producers write, with and without transactions', grown === 2, `${grown} records more`)
}

/** Records of the topic in lines of checksums. */
export function recordsIn(lines: readonly string[], topic: string): number {
  return lines
    .filter((line) => line.startsWith(`${topic}-`))
    .reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)
}
