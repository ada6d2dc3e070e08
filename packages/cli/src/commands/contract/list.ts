/** `naru contract list [EVENT]` */
import { readContracts } from '@naru/service/tools'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeListing } from '../../output/format.ts'
import type { Configure } from '../../program.ts'

interface Options extends ClientOptions {
  readonly output: Format
}

export const configureList: Configure = (command, setting) => {
  const { messages } = setting
  command.argument('[event]', messages.text('contract.argument.event'))
  command.addHelpText('after', examples(messages, ['naru contract list', 'naru contract list -o json']))
  addFormatOption(addClientOptions(command, setting), setting).action(
    (event: string | undefined, options: Options) =>
      withClient(setting, options, {}, async (client, signal) => {
        const contracts = await readContracts(client, { signal })
        await writeListing(setting, options.output, {
          rows: contracts.filter((contract) => event === undefined || contract.event === event),
          columns: [
            { title: 'EVENT', value: (contract) => contract.event },
            { title: 'VERSION', value: ({ version }) => version, align: 'right' },
            { title: 'ROLE', value: ({ role }) => role },
            { title: 'SERVICE', value: ({ service }) => service },
            { title: 'TOPIC', value: ({ topic }) => topic },
            { title: 'SINCE', value: ({ since }) => since }
          ]
        })
      })
  )
}
