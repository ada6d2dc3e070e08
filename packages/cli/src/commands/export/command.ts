/** `naru export`: its flags. What they lead to is in `export.ts`, which is loaded when the command runs. */
import { examples } from '../../i18n/help-texts.ts'
import type { Configure } from '../../program.ts'
import { dataOption } from '../data-option.ts'

export interface ExportOptions {
  readonly data: string
  readonly toKafka: string
  readonly dryRun?: true
}

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  command
    .addOption(dataOption(messages))
    .requiredOption('--to-kafka <folder>', messages.text('export.option.to-kafka'))
    .option('--dry-run', messages.text('option.dry-run'))
    .action(async (options: ExportOptions) => {
      const { exportData } = await import('./export.ts')
      await exportData(setting, options)
    })
  command.addHelpText('after', examples(messages, ['naru export --data ./naru-data --to-kafka ./for-kafka']))
}
