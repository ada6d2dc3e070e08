// Kafka's own command line tools: the same session of commands on the broker under test and on a real Apache
// Kafka, compared word for word after ids and addresses are made equal.

import { forEach, type Case } from '../case.ts'
import { expectSameOutput, type Step } from '../tool-session.ts'

const lines = Array.from({ length: 20 }, (_, index) => `key${index}\tvalue ${index} 값`)

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

export const javaTools: Case = {
  name: 'java-tools',
  shows:
    'TopicCommand, ConfigCommand, ConsumerGroupCommand, GetOffsetShell, console tools print what they do on Kafka',
  ci: true,
  only: ['java'],
  async run(context, clients) {
    const topic = context.name('tools')
    const steps = [...topicSteps(topic), ...recordSteps(topic, `${topic}-group`)]
    return forEach(clients, async () => {
      await expectSameOutput(context, steps)
      return `${steps.length} commands`
    })
  }
}
