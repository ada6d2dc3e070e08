// The same commands of Kafka's own tools on two brokers: what they print is compared word for word after ids and
// addresses are made equal.

import type { RunningBroker } from '../broker.ts'
import { kafkaTool, type KafkaTool } from '../kafka/index.ts'
import { expectThat } from './case.ts'
import type { Context } from './context.ts'
import { runTool } from './tool-runner.ts'

export interface Step {
  readonly title: string
  readonly tool: KafkaTool
  readonly args: readonly string[]
  /** Words that stand before the address of the broker: the command of a tool with several. */
  readonly command?: readonly string[]
  readonly stdin?: string
  /** For a tool that has not said everything when its main method returns. */
  readonly ownProcess?: boolean
  /** What the output must contain, wherever it runs. */
  readonly shows?: readonly RegExp[]
  /** False where the output follows the clock; `shows` alone judges it then. */
  readonly comparable?: boolean
  /** Lines whose order the tool leaves to a hash map. */
  readonly unordered?: boolean
}

/** Steps of `kafka-consumer-groups --list` take no group; the name above only says what the list must show. */
function argumentsOf(step: Step, broker: RunningBroker): string[] {
  const listing = step.args.includes('--list')
  const command = step.command ?? []
  return [...command, '--bootstrap-server', broker.bootstrap, ...(listing ? ['--list'] : step.args)]
}

function normalized(text: string, step: Step, broker: RunningBroker): string {
  const same = text
    .replaceAll(broker.bootstrap, 'BROKER')
    .replaceAll(`${broker.host}:${broker.port}`, 'BROKER')
    .replaceAll(/TopicId: [\w-]{22}/g, 'TopicId: ID')
    .replaceAll(/"log_dirs":\["\/[^"]+"\]/g, '"log_dirs":["DIR"]')
    .replaceAll(/"logDir":"[^"]+"/g, '"logDir":"DIR"')
    .replaceAll(/\[\d{4}-\d\d-\d\d [\d:,]+\]/g, '[TIME]')
    // Eligible leader replicas (KIP-966), which need replicas, make Kafka write its default down as a dynamic one.
    .replaceAll('DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1, ', '')
    .replaceAll(/(Configs: )min\.insync\.replicas=1,?/g, '$1')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
  return step.unordered === true ? same.split('\n').toSorted().join('\n') : same
}

async function outputsOf(
  context: Context,
  broker: RunningBroker,
  steps: readonly Step[]
): Promise<Map<string, string>> {
  const outputs = new Map<string, string>()
  for (const step of steps) {
    const args = argumentsOf(step, broker)
    const result =
      step.ownProcess === true
        ? await kafkaTool(step.tool, args)
        : await runTool(context, {
            tool: step.tool,
            args,
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

/** Runs the steps on both brokers, and throws when they print different things. */
export async function expectSameOutput(context: Context, steps: readonly Step[]): Promise<void> {
  const oracle = await context.oracle()
  const here = await outputsOf(context, context.broker, steps)
  const there = await outputsOf(context, oracle, steps)
  const differing = [...here].filter(([title, output]) => output !== there.get(title))
  const message = differing.map(
    ([title, output]) => `${title}: ${differences(output, there.get(title) ?? '')}`
  )
  expectThat(message.length === 0, `not as on Apache Kafka: ${message.join('; ')}`)
}

/** The lines in which two outputs differ. */
function differences(here: string, there: string): string {
  const [left, right] = [here.split('\n'), there.split('\n')]
  const extra = left.filter((line) => !right.includes(line)).map((line) => `+ ${line}`)
  const missing = right.filter((line) => !left.includes(line)).map((line) => `- ${line}`)
  return [...extra, ...missing].slice(0, 60).join(' | ')
}
