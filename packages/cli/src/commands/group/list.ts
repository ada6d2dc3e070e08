/** `naru group list` */
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeListing } from '../../output/format.ts'
import type { Configure } from '../../program.ts'

interface Options extends ClientOptions {
  readonly output: Format
}

export const configureList: Configure = (command, setting) => {
  command.addHelpText('after', examples(setting.messages, ['naru group list', 'naru group list -o json']))
  addFormatOption(addClientOptions(command, setting), setting).action((options: Options) =>
    withClient(setting, options, {}, async ({ admin }, signal) => {
      const groups = await admin.listGroups({ signal })
      await writeListing(setting, options.output, {
        rows: groups.map(({ group, state, type, protocolType }) => ({
          group,
          state,
          type: type ?? null,
          protocolType
        })),
        columns: [
          { title: 'GROUP', value: ({ group }) => group },
          { title: 'STATE', value: ({ state }) => state },
          { title: 'TYPE', value: ({ type }) => type },
          { title: 'PROTOCOL', value: ({ protocolType }) => (protocolType === '' ? null : protocolType) }
        ]
      })
    })
  )
}
