// What a broker shows of what a hand-over has to bring along.

import type { RunningBroker } from '../broker.ts'
import { kafkaTool } from '../kafka/index.ts'
import { checksums } from './checksums.ts'
import type { Filling } from './fill.ts'

export interface Seen {
  readonly committed: readonly string[]
  readonly all: readonly string[]
  readonly groups: readonly string[]
  readonly settings: readonly string[]
}

export async function look({ bootstrap }: RunningBroker, { topics }: Filling): Promise<Seen> {
  const args = ['--bootstrap-server', bootstrap, '--describe', '--all-groups', '--offsets']
  const { stdout } = await kafkaTool('kafka-consumer-groups', args)
  // GROUP TOPIC PARTITION CURRENT-OFFSET ...
  const groups = stdout
    .split('\n')
    .filter((line) => /^group-\d/.test(line))
    .map((line) => line.split(/\s+/).slice(0, 4).join(' '))
  const settings: string[] = []
  for (const topic of topics) {
    const asked = [
      '--bootstrap-server',
      bootstrap,
      '--describe',
      '--entity-type',
      'topics',
      '--entity-name',
      topic
    ]
    const described = await kafkaTool('kafka-configs', asked)
    const lines = described.stdout.split('\n').filter((line) => line.startsWith('  '))
    settings.push(...lines.map((line) => `${topic} ${line.trim().split(' ')[0]}`))
  }
  return {
    committed: await checksums(bootstrap, 'read_committed', topics),
    all: await checksums(bootstrap, 'read_uncommitted', topics),
    groups: groups.toSorted(),
    settings: settings.toSorted()
  }
}
