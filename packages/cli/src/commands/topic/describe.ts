/** `naru topic describe NAME...` */
import type { Client, ConfigEntry, TopicInfo } from '@naru/client'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Column, type Format, addFormatOption, writeData, writeListing } from '../../output/format.ts'
import { withoutControls } from '../../output/escape.ts'
import type { Configure, Setting } from '../../program.ts'
import { throwFirst } from '../outcomes.ts'

interface Options extends ClientOptions {
  readonly allConfigs?: true
  readonly output: Format
}

interface PartitionRow {
  readonly partition: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  readonly earliest: number | null
  readonly latest: number | null
}

interface Description {
  readonly topic: string
  readonly topicId: string
  readonly internal: boolean
  readonly partitions: readonly PartitionRow[]
  readonly configs: ReadonlyArray<Pick<ConfigEntry, 'name' | 'value' | 'source'>>
}

const PARTITION_COLUMNS: ReadonlyArray<Column<PartitionRow>> = [
  { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
  { title: 'LEADER', value: ({ leader }) => leader, align: 'right' },
  { title: 'REPLICAS', value: ({ replicas }) => replicas.join(',') },
  { title: 'IN-SYNC', value: ({ inSyncReplicas }) => inSyncReplicas.join(',') },
  { title: 'EARLIEST', value: ({ earliest }) => earliest, align: 'right' },
  { title: 'LATEST', value: ({ latest }) => latest, align: 'right' }
]

const CONFIG_COLUMNS: ReadonlyArray<Column<Description['configs'][number]>> = [
  { title: 'CONFIG', value: ({ name }) => name },
  { title: 'VALUE', value: ({ value }) => value },
  { title: 'SOURCE', value: ({ source }) => source }
]

export const configureDescribe: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<name...>', messages.text('topic.argument.names'))
    .option('--all-configs', messages.text('topic.option.all-configs'))
    .action((names: readonly string[], options: Options) =>
      withClient(setting, options, {}, async (client, signal) => {
        const found = await client.admin.describeTopics(names, { signal })
        const infos = found.flatMap((topic) => ('info' in topic ? [topic.info] : []))
        const descriptions: Description[] = []
        for (const info of infos) descriptions.push(await describe(client, info, options, signal))
        if (options.output !== 'table') await writeData(setting, options.output, descriptions)
        else for (const description of descriptions) await writeText(setting, description)
        throwFirst(found.map((topic) => ({ error: 'error' in topic ? topic.error : undefined })))
      })
    )
  addFormatOption(addClientOptions(command, setting), setting)
  command.addHelpText(
    'after',
    examples(messages, ['naru topic describe orders', 'naru topic describe orders --all-configs -o yaml'])
  )
}

async function describe(
  { admin }: Client,
  info: TopicInfo,
  options: Options,
  signal: AbortSignal
): Promise<Description> {
  const { topic, topicId, internal } = info
  const [earliest, latest, configs] = await Promise.all([
    admin.listOffsets({ topic, at: 'earliest' }, { signal }),
    admin.listOffsets({ topic, at: 'latest' }, { signal }),
    admin.describeConfigs({ type: 'topic', name: topic }, { signal })
  ])
  const partitions = info.partitions.map(({ partition, leader, replicas, inSyncReplicas }) => ({
    partition,
    leader,
    replicas,
    inSyncReplicas,
    earliest: earliest.find((place) => place.partition === partition)?.offset ?? null,
    latest: latest.find((place) => place.partition === partition)?.offset ?? null
  }))
  const shown = configs.filter(({ source }) => options.allConfigs === true || source === 'topic')
  return {
    topic,
    topicId,
    internal,
    partitions,
    configs: shown.map(({ name, value, source }) => ({ name, value, source }))
  }
}

async function writeText(setting: Setting, description: Description): Promise<void> {
  const { host, messages } = setting
  const { topic, topicId, partitions, configs, internal } = description
  const records = partitions.reduce((sum, { earliest, latest }) => sum + (latest ?? 0) - (earliest ?? 0), 0)
  const remark = internal ? ` ${messages.text('topic.internal')}` : ''
  await host.stdout.write(`${withoutControls(topic)}${remark}  ${topicId}\n`)
  await host.stdout.write(`${messages.text('topic.summary', { partitions: partitions.length, records })}\n\n`)
  await writeListing(setting, 'table', { rows: partitions, columns: PARTITION_COLUMNS })
  await host.stdout.write('\n')
  if (configs.length === 0) return host.stdout.write(`${messages.text('topic.no-configs')}\n\n`)
  await writeListing(setting, 'table', { rows: configs, columns: CONFIG_COLUMNS })
  return host.stdout.write('\n')
}
