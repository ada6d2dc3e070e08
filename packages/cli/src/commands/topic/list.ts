/** `naru topic list` */
import type { TopicInfo } from '@naru/client'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeListing } from '../../output/format.ts'
import type { Configure } from '../../program.ts'

interface Options extends ClientOptions {
  readonly internal?: true
  readonly output: Format
}

export const configureList: Configure = (command, setting) => {
  command.addHelpText(
    'after',
    examples(setting.messages, ['naru topic list', 'naru topic list --internal -o json'])
  )
  command.option('--internal', setting.messages.text('topic.option.internal'))
  addFormatOption(addClientOptions(command, setting), setting).action((options: Options) =>
    withClient(setting, options, {}, async ({ admin }, signal) => {
      const topics = await admin.listTopics({ internal: options.internal === true, signal })
      await writeListing(setting, options.output, {
        rows: topics.map(row),
        columns: [
          { title: 'TOPIC', value: ({ topic }) => topic },
          { title: 'PARTITIONS', value: ({ partitions }) => partitions, align: 'right' },
          { title: 'REPLICAS', value: ({ replicationFactor }) => replicationFactor, align: 'right' },
          { title: 'ID', value: ({ topicId }) => topicId }
        ]
      })
    })
  )
}

interface Row {
  readonly topic: string
  readonly topicId: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly internal: boolean
}

function row({ topic, topicId, partitions, internal }: TopicInfo): Row {
  const replicationFactor = partitions[0]?.replicas.length ?? 0
  return { topic, topicId, partitions: partitions.length, replicationFactor, internal }
}
