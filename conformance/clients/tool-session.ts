// The same commands of Kafka's own tools on two brokers: what they print is compared word for word after ids, addresses
// and what follows the clock are made equal. Lines that differ on purpose are listed, with their reason.

import type { RunningBroker } from '../broker.ts'
import { kafkaTool, type KafkaTool } from '../kafka/index.ts'
import { expectThat } from './case.ts'
import type { Context } from './context.ts'
import { toolDifferences } from './tool-differences.ts'
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
  /** False where the output has as many lines as the clock wants; `shows` alone judges it then. */
  readonly comparable?: boolean
  /** What follows the clock, or the broker's own past. */
  readonly mask?: RegExp
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
    .replaceAll(broker.bootstrap, 'ADDRESS')
    .replaceAll(`${broker.host}:${broker.port}`, 'ADDRESS')
    .replaceAll(/((?:Topic|Cluster ?)I[dD]: *)[\w-]{22}/g, '$1ID')
    .replaceAll(/("directoryId": ")[\w-]{22}/g, '$1ID')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replaceAll(/"log_dirs":\["\/[^"]+"\]/g, '"log_dirs":["DIR"]')
    .replaceAll(/"logDir":"[^"]+"/g, '"logDir":"DIR"')
    .replaceAll(/\[\d{4}-\d\d-\d\d [\d:,]+\]/g, '[TIME]')
    // How the JVM calls the tool's main method changes after some calls.
    .replaceAll(/^\s*at (java\.base\/)?jdk\.internal\.reflect\..*\n/gm, '')
    // Eligible leader replicas (KIP-966), which need replicas, make Kafka write its default down as a dynamic one.
    .replaceAll('DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1, ', '')
    .replaceAll(/(Configs: )min\.insync\.replicas=1,?/g, '$1')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(step.mask ?? /(?!)/g, 'N')
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

/** What the tools printed in both places. */
export interface Compared {
  readonly commands: number
  /** Lines that differ for a reason that is listed. */
  readonly explained: number
}

/** Runs the steps on both brokers, and throws when they print different things that nobody has explained. */
export async function expectSameOutput(context: Context, steps: readonly Step[]): Promise<Compared> {
  const oracle = await context.oracle()
  const here = await outputsOf(context, context.broker, steps)
  const there = await outputsOf(context, oracle, steps)
  let explained = 0
  const message: string[] = []
  for (const [title, output] of here) {
    const lines = differences(output, there.get(title) ?? '')
    const surprising = lines.filter((line) => !isExplained(title, line))
    explained += lines.length - surprising.length
    if (surprising.length > 0) message.push(`${title}: ${surprising.slice(0, 60).join(' | ')}`)
  }
  expectThat(message.length === 0, `not as on Apache Kafka: ${message.join('; ')}`)
  return { commands: steps.length, explained }
}

function isExplained(title: string, difference: string): boolean {
  const line = difference.slice('+ '.length).trim()
  return toolDifferences.some((one) => one.steps.includes(title) && one.line.test(line))
}

/** The lines in which two outputs differ; their order, when that is all. */
function differences(here: string, there: string): string[] {
  if (here === there) return []
  const [left, right] = [here.split('\n'), there.split('\n')]
  const extra = left.filter((line) => !right.includes(line)).map((line) => `+ ${line}`)
  const missing = right.filter((line) => !left.includes(line)).map((line) => `- ${line}`)
  const lines = [...extra, ...missing]
  return lines.length > 0 ? lines : ['+ the same lines in another order']
}
