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
  /** Of each partition: producers with their epochs, sequences, and where their open transactions begin. */
  readonly producers: readonly string[]
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
    settings: settings.toSorted(),
    producers: await producersOf(bootstrap, 'transactional')
  }
}

/** Without the epoch of the coordinator, which is one of the broker that runs it. */
async function producersOf(bootstrap: string, topic: string): Promise<readonly string[]> {
  const place = ['--topic', topic, '--partition', '0']
  const args = ['--bootstrap-server', bootstrap, 'describe-producers', ...place]
  const { stdout } = await kafkaTool('kafka-transactions', args)
  const [, ...rows] = stdout.split('\n').map((line) => line.trim())
  return rows
    .filter((row) => row !== '')
    .map((row) => row.split(/\s+/).toSpliced(2, 1).join(' '))
    .toSorted()
}
