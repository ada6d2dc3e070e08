/** `naru topic alter NAME` */
import type { Client } from '@naru/client'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeData } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { list, pairs } from '../../values/key-value.ts'
import { wholeNumber } from '../../values/number.ts'

interface Options extends ClientOptions {
  readonly partitions?: number
  readonly set?: ReadonlyArray<readonly [string, string]>
  readonly unset?: readonly string[]
  readonly dryRun?: true
  readonly output: Format
}

const PARTITIONS_MAX = 1_000_000

export const configureAlter: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<name>', messages.text('topic.argument.name'))
    .option(
      '-p, --partitions <count>',
      messages.text('topic.option.more-partitions'),
      wholeNumber(messages, { min: 1, max: PARTITIONS_MAX })
    )
    .option('-s, --set <name=value>', messages.text('topic.option.set'), pairs(messages))
    .option('-u, --unset <name>', messages.text('topic.option.unset'), list)
    .option('--dry-run', messages.text('option.dry-run'))
    .action((topic: string, options: Options) => alter(setting, topic, options))
    .addHelpText(
      'after',
      examples(messages, [
        'naru topic alter orders --partitions 8',
        'naru topic alter orders --set retention.ms=3600000 --unset cleanup.policy'
      ])
    )
  addFormatOption(addClientOptions(command, setting), setting)
}

async function alter(setting: Setting, topic: string, options: Options): Promise<void> {
  const { messages } = setting
  const { partitions, set = [], unset = [] } = options
  if (partitions === undefined && set.length === 0 && unset.length === 0) {
    throw new Failure(ExitCode.usage, messages.text('topic.nothing-to-alter'), {
      next: messages.text('next.help', { command: 'naru topic alter --help' })
    })
  }
  await withClient(setting, options, { topic }, async (client, signal) => {
    // A topic that is not there is told before anything is changed.
    await client.admin.describeTopic(topic, { signal })
    await change(client, topic, options, signal)
    const key = options.dryRun === true ? 'topic.would-alter' : 'topic.altered'
    await setting.host.stderr.write(`${messages.text(key, { topic })}\n`)
    if (options.output === 'table') return
    const result = { topic, partitions: partitions ?? null, set: Object.fromEntries(set), unset }
    await writeData(setting, options.output, [{ ...result, applied: options.dryRun !== true }])
  })
}

async function change(
  { admin }: Client,
  topic: string,
  options: Options,
  signal: AbortSignal
): Promise<void> {
  const { partitions, set = [], unset = [] } = options
  const how = { signal, validateOnly: options.dryRun }
  if (set.length > 0 || unset.length > 0) {
    await admin.alterConfigs({ type: 'topic', name: topic }, { set: Object.fromEntries(set), unset }, how)
  }
  if (partitions !== undefined) await admin.setPartitions(topic, partitions, how)
}
