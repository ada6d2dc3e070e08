/** `naru topic create NAME...` */
import type { CreatedTopic } from '@naru/client'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeData } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { pairs } from '../../values/key-value.ts'
import { wholeNumber } from '../../values/number.ts'
import { throwFirst } from '../outcomes.ts'

interface Options extends ClientOptions {
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly config?: ReadonlyArray<readonly [string, string]>
  readonly ifNotExists?: true
  readonly dryRun?: true
  readonly output: Format
}

/** What a broker takes as a number of partitions at most. */
const PARTITIONS_MAX = 1_000_000
const REPLICAS_MAX = 32_767

export const configureCreate: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<name...>', messages.text('topic.argument.names'))
    .option(
      '-p, --partitions <count>',
      messages.text('topic.option.partitions'),
      wholeNumber(messages, { min: 1, max: PARTITIONS_MAX })
    )
    .option(
      '-r, --replication-factor <count>',
      messages.text('topic.option.replication-factor'),
      wholeNumber(messages, { min: 1, max: REPLICAS_MAX })
    )
    .option('-c, --config <name=value>', messages.text('topic.option.config'), pairs(messages))
    .option('--if-not-exists', messages.text('topic.option.if-not-exists'))
    .option('--dry-run', messages.text('option.dry-run'))
    .action((names: readonly string[], options: Options) => create(setting, names, options))
    .addHelpText(
      'after',
      examples(messages, [
        'naru topic create orders --partitions 4',
        'naru topic create clicks --config retention.ms=86400000 --config cleanup.policy=compact'
      ])
    )
  addFormatOption(addClientOptions(command, setting), setting)
}

function create(setting: Setting, names: readonly string[], options: Options): Promise<void> {
  return withClient(setting, options, {}, async ({ admin }, signal) => {
    const { partitions, replicationFactor } = options
    const configs = Object.fromEntries(options.config ?? [])
    const outcomes = await admin.createTopics(
      names.map((topic) => ({ topic, partitions, replicationFactor, configs })),
      { validateOnly: options.dryRun, signal }
    )
    for (const outcome of outcomes) await tell(setting, outcome, options)
    if (options.output !== 'table')
      await writeData(
        setting,
        options.output,
        outcomes.map((outcome) => row(outcome, options))
      )
    throwFirst(outcomes.filter((outcome) => !isAccepted(outcome, options)))
  })
}

function isAccepted({ error }: CreatedTopic, options: Options): boolean {
  return error === undefined || (error.code === 'TOPIC_ALREADY_EXISTS' && options.ifNotExists === true)
}

async function tell({ host, messages }: Setting, outcome: CreatedTopic, options: Options): Promise<void> {
  const { topic, error } = outcome
  if (!isAccepted(outcome, options)) return
  const values = { topic, partitions: outcome.partitions ?? '?', replicas: outcome.replicationFactor ?? '?' }
  if (error !== undefined) return host.stderr.write(`${messages.text('topic.exists-already', { topic })}\n`)
  const text =
    options.dryRun === true
      ? messages.text('topic.would-create', values)
      : messages.text('topic.created', values)
  return host.stderr.write(`${text}\n`)
}

function row(
  { topic, topicId, partitions, replicationFactor, error }: CreatedTopic,
  options: Options
): object {
  if (error !== undefined) return { topic, created: false, error: error.code }
  if (options.dryRun === true) return { topic, created: false, partitions, replicationFactor }
  return { topic, created: true, topicId, partitions, replicationFactor }
}
