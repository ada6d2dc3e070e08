/** `naru topic delete NAME...` */
import type { Client, TopicLookup } from '@naru/client'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { confirm } from '../../confirm.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeData } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { throwFirst } from '../outcomes.ts'

interface Options extends ClientOptions {
  readonly ifExists?: true
  readonly dryRun?: true
  readonly yes?: true
  readonly output: Format
}

export const configureDelete: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<name...>', messages.text('topic.argument.names'))
    .option('--if-exists', messages.text('topic.option.if-exists'))
    .option('--dry-run', messages.text('option.dry-run'))
    .option('-y, --yes', messages.text('option.yes'))
    .action((names: readonly string[], options: Options) =>
      withClient(setting, options, {}, (client, signal) => remove(setting, client, names, options, signal))
    )
  addFormatOption(addClientOptions(command, setting), setting)
  command.addHelpText(
    'after',
    examples(messages, ['naru topic delete orders --dry-run', 'naru topic delete orders --if-exists --yes'])
  )
}

async function remove(
  setting: Setting,
  client: Client,
  names: readonly string[],
  options: Options,
  signal: AbortSignal
): Promise<void> {
  const { host, messages } = setting
  const lookups = await client.admin.describeTopics(names, { signal })
  const found = lookups.filter((topic) => 'info' in topic).map(({ topic }) => topic)
  const missing = lookups.filter((lookup) => 'error' in lookup)
  if (options.ifExists !== true) throwFirst(missing)
  if (found.length === 0) return write(setting, options, [])
  const counts = await Promise.all(found.map((topic) => recordCount(client, topic, signal)))
  const records = counts.reduce((sum, count) => sum + count, 0)
  const values = { topics: found.join(', '), records }
  if (options.dryRun === true) {
    await host.stderr.write(`${messages.text('topic.would-delete', values)}\n`)
    return write(
      setting,
      options,
      found.map((topic) => ({ topic, deleted: false }))
    )
  }
  await confirm(setting, messages.text('topic.confirm-delete', values), options.yes === true)
  const outcomes = await client.admin.deleteTopics(found, { signal })
  for (const { topic, error } of outcomes) {
    if (error === undefined) await host.stderr.write(`${messages.text('topic.deleted', { topic })}\n`)
  }
  await write(
    setting,
    options,
    outcomes.map(({ topic, error }) => ({ topic, deleted: error === undefined }))
  )
  throwFirst(outcomes)
}

function write(setting: Setting, options: Options, rows: readonly object[]): Promise<void> {
  return options.output === 'table' ? Promise.resolve() : writeData(setting, options.output, rows)
}

async function recordCount(
  { admin }: Client,
  topic: TopicLookup['topic'],
  signal: AbortSignal
): Promise<number> {
  const [starts, ends] = await Promise.all([
    admin.listOffsets({ topic, at: 'earliest' }, { signal }),
    admin.listOffsets({ topic, at: 'latest' }, { signal })
  ])
  const sum = (places: typeof starts): number =>
    places.reduce((total, { offset }) => total + (offset ?? 0), 0)
  return sum(ends) - sum(starts)
}
