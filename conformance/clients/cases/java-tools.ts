// Kafka's own command line tools: the same session of commands on the broker under test and on a real Apache
// Kafka, compared word for word after ids and addresses are made equal.

import type { RunningBroker } from '../../broker.ts'
import { expectThat, forEach, type Case } from '../case.ts'
import type { Context } from '../context.ts'
import { runTool } from '../tool-runner.ts'
import type { KafkaTool } from '../../kafka/index.ts'

const lines = Array.from({ length: 20 }, (_, index) => `key${index}\tvalue ${index} 값`)

interface Step {
  readonly title: string
  readonly tool: KafkaTool
  readonly args: readonly string[]
  readonly stdin?: string
  /** What the output must contain, wherever it runs. */
  readonly shows?: readonly RegExp[]
  /** False where the output follows the clock; `shows` alone judges it then. */
  readonly comparable?: boolean
  /** Lines whose order the tool leaves to a hash map. */
  readonly unordered?: boolean
}

function topicSteps(topic: string): Step[] {
  const topics = 'kafka-topics' as const
  const configs = 'kafka-configs' as const
  const entity = ['--entity-type', 'topics', '--entity-name', topic]
  return [
    {
      title: 'create',
      tool: topics,
      args: ['--create', '--topic', topic, '--partitions', '3', '--config', 'retention.ms=3600000'],
      shows: [/^Created topic /]
    },
    { title: 'create again', tool: topics, args: ['--create', '--topic', topic], shows: [/already exists/] },
    {
      title: 'list',
      tool: topics,
      args: ['--list', '--topic', topic],
      shows: [new RegExp(`^${topic}$`, 'm')]
    },
    { title: 'describe', tool: topics, args: ['--describe', '--topic', topic], shows: [/PartitionCount: 3/] },
    { title: 'add partitions', tool: topics, args: ['--alter', '--topic', topic, '--partitions', '4'] },
    { title: 'too few partitions', tool: topics, args: ['--alter', '--topic', topic, '--partitions', '2'] },
    {
      title: 'alter config',
      tool: configs,
      args: [
        ...entity,
        '--alter',
        '--add-config',
        'max.message.bytes=2000000,cleanup.policy=[compact,delete]'
      ]
    },
    {
      title: 'wrong config',
      tool: configs,
      args: [...entity, '--alter', '--add-config', 'segment.bytes=many']
    },
    {
      title: 'describe config',
      tool: configs,
      args: [...entity, '--describe'],
      shows: [/max.message.bytes=2000000/]
    },
    {
      title: 'describe all configs',
      tool: configs,
      args: [...entity, '--describe', '--all'],
      unordered: true
    },
    {
      title: 'delete config',
      tool: configs,
      args: [...entity, '--alter', '--delete-config', 'max.message.bytes,cleanup.policy']
    },
    { title: 'describe after delete', tool: configs, args: [...entity, '--describe'] }
  ]
}

function recordSteps(topic: string, group: string): Step[] {
  const groups = 'kafka-consumer-groups' as const
  const printed = ['print.key', 'print.headers', 'print.partition', 'print.offset']
  return [
    {
      title: 'console producer',
      tool: 'kafka-console-producer',
      args: ['--topic', topic, '--reader-property', 'parse.key=true', '--compression-codec', 'zstd'],
      stdin: lines.map((line) => `${line}\n`).join('')
    },
    {
      title: 'console consumer',
      tool: 'kafka-console-consumer',
      args: [
        '--topic',
        topic,
        '--group',
        group,
        '--from-beginning',
        '--timeout-ms',
        '15000',
        '--max-messages',
        String(lines.length),
        ...printed.flatMap((property) => ['--formatter-property', `${property}=true`])
      ],
      shows: [/value 19 값/],
      unordered: true
    },
    { title: 'offsets', tool: 'kafka-get-offsets', args: ['--topic', topic], unordered: true },
    { title: 'earliest offsets', tool: 'kafka-get-offsets', args: ['--topic', topic, '--time', 'earliest'] },
    {
      title: 'max timestamp',
      tool: 'kafka-get-offsets',
      args: ['--topic', topic, '--time', 'max-timestamp'],
      shows: [new RegExp(`^${topic}:3:\\d+$`, 'm')],
      // Several records may share the last millisecond, and the first of them counts.
      comparable: false
    },
    {
      title: 'groups',
      tool: groups,
      args: ['--list', '--group', group],
      shows: [new RegExp(`^${group}$`, 'm')]
    },
    { title: 'describe group', tool: groups, args: ['--describe', '--group', group], unordered: true },
    {
      title: 'group state',
      tool: groups,
      args: ['--describe', '--state', '--group', group],
      shows: [/Empty/]
    },
    {
      title: 'reset offsets',
      tool: groups,
      args: ['--reset-offsets', '--group', group, '--topic', topic, '--to-earliest', '--execute'],
      unordered: true
    },
    { title: 'describe after reset', tool: groups, args: ['--describe', '--group', group], unordered: true },
    {
      title: 'delete offsets',
      tool: groups,
      args: ['--delete-offsets', '--group', group, '--topic', topic],
      unordered: true
    },
    { title: 'delete group', tool: groups, args: ['--delete', '--group', group] },
    { title: 'delete group again', tool: groups, args: ['--delete', '--group', group] },
    { title: 'delete topic', tool: 'kafka-topics', args: ['--delete', '--topic', topic] },
    { title: 'delete topic again', tool: 'kafka-topics', args: ['--delete', '--topic', topic] }
  ]
}

/** Steps of `kafka-consumer-groups --list` take no group; the name above only says what the list must show. */
function argumentsOf(step: Step, broker: RunningBroker): string[] {
  const listing = step.args.includes('--list')
  return ['--bootstrap-server', broker.bootstrap, ...(listing ? ['--list'] : step.args)]
}

function normalized(text: string, step: Step, broker: RunningBroker): string {
  const same = text
    .replaceAll(broker.bootstrap, 'BROKER')
    .replaceAll(`${broker.host}:${broker.port}`, 'BROKER')
    .replaceAll(/TopicId: [\w-]{22}/g, 'TopicId: ID')
    .replaceAll(/\[\d{4}-\d\d-\d\d [\d:,]+\]/g, '[TIME]')
    // Eligible leader replicas (KIP-966), which need replicas, make Kafka write its default down as a dynamic one.
    .replaceAll('DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1, ', '')
    .replaceAll(/(Configs: )min\.insync\.replicas=1,?/g, '$1')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
  return step.unordered === true ? same.split('\n').toSorted().join('\n') : same
}

async function session(
  context: Context,
  broker: RunningBroker,
  steps: readonly Step[]
): Promise<Map<string, string>> {
  const outputs = new Map<string, string>()
  for (const step of steps) {
    const result = await runTool(context, {
      tool: step.tool,
      args: argumentsOf(step, broker),
      ...(step.stdin === undefined ? {} : { stdin: step.stdin })
    })
    const output = `${result.stdout}${result.stderr}`
    for (const pattern of step.shows ?? [])
      expectThat(pattern.test(output), `${step.title} does not show ${pattern}: ${output.slice(0, 600)}`)
    // A list shows every topic and group of the broker; only what was looked for above is comparable.
    if (step.comparable !== false && !step.args.includes('--list'))
      outputs.set(step.title, `exit ${result.code}\n${normalized(output, step, broker)}`)
  }
  return outputs
}

/** The lines in which two outputs differ. */
function differences(here: string, there: string): string {
  const [left, right] = [here.split('\n'), there.split('\n')]
  const extra = left.filter((line) => !right.includes(line)).map((line) => `+ ${line}`)
  const missing = right.filter((line) => !left.includes(line)).map((line) => `- ${line}`)
  return [...extra, ...missing].slice(0, 60).join(' | ')
}

export const javaTools: Case = {
  name: 'java-tools',
  shows:
    'TopicCommand, ConfigCommand, ConsumerGroupCommand, GetOffsetShell, console tools print what they do on Kafka',
  ci: true,
  only: ['java'],
  async run(context, clients) {
    const topic = context.name('tools')
    const steps = [...topicSteps(topic), ...recordSteps(topic, `${topic}-group`)]
    const oracle = await context.oracle()
    return forEach(clients, async () => {
      const here = await session(context, context.broker, steps)
      const there = await session(context, oracle, steps)
      const differing = [...here].filter(([title, output]) => output !== there.get(title))
      const message = differing.map(
        ([title, output]) => `${title}: ${differences(output, there.get(title) ?? '')}`
      )
      expectThat(message.length === 0, `not as on Apache Kafka: ${message.join('; ')}`)
      return `${steps.length} commands`
    })
  }
}
