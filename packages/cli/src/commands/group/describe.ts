/** `naru group describe NAME...` */
import type { Client, GroupMember } from '@naru/client'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { withoutControls } from '../../output/escape.ts'
import { type Column, type Format, addFormatOption, writeData, writeListing } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { type PartitionProgress, progressOf } from './progress-of-group.ts'

interface Options extends ClientOptions {
  readonly output: Format
}

interface Description {
  readonly group: string
  readonly state: string
  readonly protocol: string
  readonly lag: number
  readonly offsets: readonly PartitionProgress[]
  readonly members: readonly GroupMember[]
}

const OFFSET_COLUMNS: ReadonlyArray<Column<PartitionProgress>> = [
  { title: 'TOPIC', value: ({ topic }) => topic },
  { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
  { title: 'COMMITTED', value: ({ committed }) => committed, align: 'right' },
  { title: 'LATEST', value: ({ latest }) => latest, align: 'right' },
  { title: 'LAG', value: ({ lag }) => lag, align: 'right' },
  { title: 'MEMBER', value: ({ memberId }) => memberId }
]

const MEMBER_COLUMNS: ReadonlyArray<Column<GroupMember>> = [
  { title: 'MEMBER', value: ({ memberId }) => memberId },
  { title: 'CLIENT', value: ({ clientId }) => clientId },
  { title: 'HOST', value: ({ clientHost }) => clientHost.replace(/^\//, '') },
  { title: 'INSTANCE', value: ({ groupInstanceId }) => groupInstanceId },
  {
    title: 'PARTITIONS',
    value: ({ assignments }) =>
      assignments.length === 0
        ? null
        : assignments.map(({ topic, partitions }) => `${topic}[${partitions.join(',')}]`).join(' ')
  }
]

export const configureDescribe: Configure = (command, setting) => {
  command
    .argument('<group...>', setting.messages.text('group.argument.names'))
    .action((groups: readonly string[], options: Options) =>
      withClient(setting, options, {}, async (client, signal) => {
        const descriptions: Description[] = []
        for (const group of groups) {
          const description = await describe(client, group, signal)
          if (options.output === 'table') await writeText(setting, description)
          descriptions.push(description)
        }
        if (options.output !== 'table') await writeData(setting, options.output, descriptions)
      })
    )
  addFormatOption(addClientOptions(command, setting), setting)
  command.addHelpText(
    'after',
    examples(setting.messages, ['naru group describe billing', 'naru group describe billing -o json'])
  )
}

async function describe(client: Client, group: string, signal: AbortSignal): Promise<Description> {
  const { state, protocol, members } = await client.admin.describeGroup(group, { signal })
  const offsets = await progressOf(client, { group, members }, signal)
  const lag = offsets.reduce((sum, row) => sum + (row.lag ?? 0), 0)
  return { group, state, protocol, lag, offsets, members }
}

async function writeText(setting: Setting, description: Description): Promise<void> {
  const { host, messages } = setting
  const { group, state, lag, offsets, members } = description
  const summary = messages.text('group.summary', { state, members: members.length, lag })
  await host.stdout.write(`${withoutControls(group)}\n${summary}\n\n`)
  if (offsets.length === 0) await host.stdout.write(`${messages.text('group.no-offsets')}\n`)
  else await writeListing(setting, 'table', { rows: offsets, columns: OFFSET_COLUMNS })
  await host.stdout.write('\n')
  if (members.length === 0) return
  await writeListing(setting, 'table', { rows: members, columns: MEMBER_COLUMNS })
  await host.stdout.write('\n')
}
