/** `naru dlq list` */
import { listDeadLetterTopics } from '@naru/service/tools'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeListing } from '../../output/format.ts'
import type { Configure } from '../../program.ts'

interface Options extends ClientOptions {
  readonly output: Format
}

export const configureList: Configure = (command, setting) => {
  command.addHelpText('after', examples(setting.messages, ['naru dlq list', 'naru dlq list -o json']))
  addFormatOption(addClientOptions(command, setting), setting).action((options: Options) =>
    withClient(setting, options, {}, async (client, signal) => {
      await writeListing(setting, options.output, {
        rows: await listDeadLetterTopics(client, { signal }),
        columns: [
          { title: 'DEAD LETTERS', value: ({ deadLetterTopic }) => deadLetterTopic },
          { title: 'TOPIC', value: ({ topic }) => topic },
          { title: 'GROUP', value: ({ group }) => group },
          { title: 'WAITING', value: ({ waiting }) => waiting, align: 'right' }
        ]
      })
    })
  )
}
