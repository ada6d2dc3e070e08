/** `naru group delete NAME...` */
import type { Client } from '@naru/client'
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
    .argument('<group...>', messages.text('group.argument.names'))
    .option('--if-exists', messages.text('group.option.if-exists'))
    .option('--dry-run', messages.text('option.dry-run'))
    .option('-y, --yes', messages.text('option.yes'))
    .action((groups: readonly string[], options: Options) =>
      withClient(setting, options, {}, (client, signal) => remove(setting, client, groups, options, signal))
    )
  addFormatOption(addClientOptions(command, setting), setting)
  command.addHelpText(
    'after',
    examples(messages, ['naru group delete billing --dry-run', 'naru group delete billing --if-exists --yes'])
  )
}

async function remove(
  setting: Setting,
  client: Client,
  groups: readonly string[],
  options: Options,
  signal: AbortSignal
): Promise<void> {
  const { host, messages } = setting
  if (options.dryRun === true) {
    const known = new Set((await client.admin.listGroups({ signal })).map(({ group }) => group))
    const found = groups.filter((group) => known.has(group))
    // Throws for a group that is not there, as the deletion would.
    if (options.ifExists !== true)
      for (const group of groups) await client.admin.describeGroup(group, { signal })
    await host.stderr.write(`${messages.text('group.would-delete', { groups: found.join(', ') })}\n`)
    return write(
      setting,
      options,
      found.map((group) => ({ group, deleted: false }))
    )
  }
  await confirm(
    setting,
    messages.text('group.confirm-delete', { groups: groups.join(', ') }),
    options.yes === true
  )
  const outcomes = await client.admin.deleteGroups(groups, { signal })
  for (const { group, error } of outcomes) {
    if (error === undefined) await host.stderr.write(`${messages.text('group.deleted', { group })}\n`)
  }
  await write(
    setting,
    options,
    outcomes.map(({ group, error }) => ({ group, deleted: error === undefined }))
  )
  throwFirst(
    outcomes.filter(({ error }) => !(error?.code === 'GROUP_ID_NOT_FOUND' && options.ifExists === true))
  )
}

function write(setting: Setting, options: Options, rows: readonly object[]): Promise<void> {
  return options.output === 'table' ? Promise.resolve() : writeData(setting, options.output, rows)
}
