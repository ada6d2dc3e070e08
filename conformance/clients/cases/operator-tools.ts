// The tools of those who run Kafka: log folders, deleted records, elections, reassignments, the quorum, features, the
// cluster, and the programs that measure and verify. What depends on the machine is only looked for.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forEach, type Case } from '../case.ts'
import { expectSameOutput, type Step } from '../tool-session.ts'

const RECORDS = 1000
const VERIFIED = 50
/** Times, rates and what is counted in them. */
const NUMBERS = /\d[\d.,:-]*/g

interface Files {
  readonly deletion: string
  readonly assignment: string
  readonly moves: string
}

async function writeFiles(folder: string, topic: string): Promise<Files> {
  const partition = { topic, partition: 0 }
  const contents = {
    deletion: { version: 1, partitions: [{ ...partition, offset: 10 }] },
    assignment: { version: 1, partitions: [{ ...partition, replicas: [0] }] },
    moves: { version: 1, topics: [{ topic }] }
  }
  const paths = Object.entries(contents).map(async ([name, content]) => {
    const path = join(folder, `${name}.json`)
    await writeFile(path, JSON.stringify(content))
    return [name, path] as const
  })
  return Object.fromEntries(await Promise.all(paths)) as unknown as Files
}

function loadSteps(topic: string, group: string): Step[] {
  const size = ['--num-records', String(RECORDS), '--record-size', '100', '--throughput', '-1']
  return [
    { title: 'create', tool: 'kafka-topics', args: ['--create', '--topic', topic, '--partitions', '1'] },
    {
      title: 'producer performance',
      tool: 'kafka-producer-perf-test',
      args: ['--topic', topic, ...size],
      shows: [new RegExp(`${RECORDS} records sent`)],
      mask: NUMBERS
    },
    {
      title: 'consumer performance',
      tool: 'kafka-consumer-perf-test',
      args: [
        '--topic',
        topic,
        '--messages',
        String(RECORDS),
        '--timeout',
        '20000',
        '--group',
        `${group}-perf`
      ],
      shows: [/^\d{4}-.*, \d+/m],
      mask: NUMBERS
    },
    {
      title: 'verifiable producer',
      ownProcess: true,
      tool: 'kafka-verifiable-producer',
      args: ['--topic', topic, '--max-messages', String(VERIFIED)],
      shows: [/"name":"producer_send_success"/],
      mask: NUMBERS
    },
    {
      title: 'verifiable consumer',
      ownProcess: true,
      tool: 'kafka-verifiable-consumer',
      args: [
        '--topic',
        topic,
        '--group-id',
        group,
        '--max-messages',
        String(VERIFIED),
        '--reset-policy',
        'earliest'
      ],
      shows: [/"name":"records_consumed"/],
      comparable: false
    }
  ]
}

function operatorSteps(topic: string, files: Files): Step[] {
  const election = 'kafka-leader-election' as const
  const reassign = 'kafka-reassign-partitions' as const
  const assignment = ['--reassignment-json-file', files.assignment]
  const place = ['--topic', topic, '--partition']
  return [
    {
      title: 'log folders',
      tool: 'kafka-log-dirs',
      args: ['--describe', '--topic-list', topic],
      shows: [/partitions/],
      mask: /(?<="size":)\d+/g
    },
    {
      title: 'delete records',
      tool: 'kafka-delete-records',
      args: ['--offset-json-file', files.deletion],
      shows: [/low_watermark: 10/]
    },
    {
      title: 'earliest after deletion',
      tool: 'kafka-get-offsets',
      args: ['--topic', topic, '--time', 'earliest'],
      shows: [/:10$/m]
    },
    { title: 'election', tool: election, args: ['--election-type', 'preferred', ...place, '0'] },
    {
      title: 'election of no partition',
      tool: election,
      args: ['--election-type', 'preferred', ...place, '99']
    },
    { title: 'unclean election', tool: election, args: ['--election-type', 'unclean', ...place, '0'] },
    {
      title: 'election everywhere',
      tool: election,
      args: ['--election-type', 'preferred', '--all-topic-partitions']
    },
    {
      title: 'propose',
      tool: reassign,
      args: ['--generate', '--topics-to-move-json-file', files.moves, '--broker-list', '0']
    },
    {
      title: 'reassign',
      tool: reassign,
      args: ['--execute', ...assignment],
      shows: [/Successfully started/]
    },
    { title: 'verify', tool: reassign, args: ['--verify', ...assignment], shows: [/is complete|completed/] },
    { title: 'moves under way', tool: reassign, args: ['--list'] },
    { title: 'cancel', tool: reassign, args: ['--cancel', ...assignment] },
    {
      title: 'reassign to nobody',
      tool: reassign,
      args: ['--generate', '--topics-to-move-json-file', files.moves, '--broker-list', '7']
    },
    ...clusterSteps(),
    ...settingSteps(topic),
    { title: 'delete topic', tool: 'kafka-topics', args: ['--delete', '--topic', topic] }
  ]
}

function clusterSteps(): Step[] {
  const features = 'kafka-features' as const
  const ofTheLog = /(?<=Epoch: |HighWatermark: )\d+/g
  return [
    {
      title: 'quorum',
      tool: 'kafka-metadata-quorum',
      args: ['describe', '--status'],
      shows: [/LeaderId:\s+0/],
      mask: ofTheLog
    },
    {
      title: 'replication of the quorum',
      tool: 'kafka-metadata-quorum',
      args: ['describe', '--replication'],
      shows: [/Leader/],
      // Folder, end of the log, and two times.
      mask: /(?<=^0 )\S{22} \d+|\d{13}/gm
    },
    {
      title: 'features',
      tool: features,
      args: ['describe'],
      shows: [/metadata\.version.*FinalizedVersionLevel: 4\.2-IV1/],
      mask: ofTheLog
    },
    { title: 'feature that nobody has', tool: features, args: ['upgrade', '--feature', 'no.such.feature=1'] },
    {
      title: 'upgrade to this release',
      tool: features,
      args: ['upgrade', '--release-version', '4.2']
    },
    { title: 'features of releases', tool: features, args: ['version-mapping'] },
    { title: 'id of the cluster', tool: 'kafka-cluster', command: ['cluster-id'], args: [] },
    {
      title: 'endpoints',
      tool: 'kafka-cluster',
      command: ['list-endpoints'],
      args: [],
      shows: [/127\.0\.0\.1/],
      mask: /(?<=127\.0\.0\.1 )\d+/g
    },
    {
      title: 'a broker that nobody has registered',
      tool: 'kafka-cluster',
      command: ['unregister'],
      args: ['--id', '7']
    },
    {
      title: 'brokers',
      tool: 'kafka-broker-api-versions',
      args: [],
      shows: [/Produce\(0\): 0 to 13/]
    }
  ]
}

/** What operators look at, and how they are told what cannot be. */
function settingSteps(topic: string): Step[] {
  const configs = 'kafka-configs' as const
  const topics = 'kafka-topics' as const
  const groups = 'kafka-consumer-groups' as const
  const ofTopic = ['--entity-type', 'topics', '--entity-name', topic]
  const nobody = `${topic}-of-nobody`
  return [
    {
      title: 'settings of all brokers',
      tool: configs,
      args: ['--describe', '--entity-type', 'brokers', '--entity-default']
    },
    {
      title: 'settings of the broker',
      tool: configs,
      args: ['--describe', '--entity-type', 'brokers', '--entity-name', '0']
    },
    { title: 'settings of a topic', tool: configs, args: ['--describe', ...ofTopic, '--all'] },
    { title: 'unknown setting', tool: configs, args: ['--alter', ...ofTopic, '--add-config', 'no.such=1'] },
    {
      title: 'setting of no number',
      tool: configs,
      args: ['--alter', ...ofTopic, '--add-config', 'retention.ms=abc']
    },
    { title: 'topic of nobody', tool: topics, args: ['--describe', '--topic', nobody] },
    { title: 'under-replicated', tool: topics, args: ['--describe', '--under-replicated-partitions'] },
    {
      title: 'topics with settings of their own',
      tool: topics,
      args: ['--describe', '--topics-with-overrides', '--topic', topic]
    },
    { title: 'fewer partitions', tool: topics, args: ['--alter', '--topic', topic, '--partitions', '1'] },
    { title: 'name of no topic', tool: topics, args: ['--create', '--topic', 'bad name'] },
    {
      title: 'three replicas',
      tool: topics,
      args: ['--create', '--topic', `${topic}-three`, '--replication-factor', '3']
    },
    { title: 'group of nobody', tool: groups, args: ['--describe', '--group', nobody] },
    { title: 'delete a group of nobody', tool: groups, args: ['--delete', '--group', nobody] },
    { title: 'offsets of nobody', tool: 'kafka-get-offsets', args: ['--topic', nobody] }
  ]
}

export const operatorTools: Case = {
  name: 'operator-tools',
  shows:
    'log-dirs, delete-records, leader-election, reassign-partitions, metadata-quorum, features, cluster, the performance tools and the verifiable clients print what they print on Kafka',
  ci: false,
  only: ['java'],
  async run(context, clients) {
    const topic = context.name('operator-tools')
    const folder = await mkdtemp(join(tmpdir(), 'naru-tools-'))
    const steps = [
      ...loadSteps(topic, `${topic}-group`),
      ...operatorSteps(topic, await writeFiles(folder, topic))
    ]
    const outcomes = await forEach(clients, async () => {
      const { commands, explained } = await expectSameOutput(context, steps)
      return `${commands} commands, ${explained} lines explained`
    })
    await rm(folder, { recursive: true })
    return outcomes
  }
}
