/** `naru import`: its flags. What they lead to is in `import.ts`, which is loaded when the command runs. */
import { Option } from 'commander'
import { examples } from '../../i18n/help-texts.ts'
import type { Configure } from '../../program.ts'

export interface ImportOptions {
  readonly data: string
  /** Separated by commas, as `log.dirs` are, so that none of them has a comma in its name. */
  readonly fromKafka: string
  readonly dryRun?: true
}

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  command
    .requiredOption('--from-kafka <folders>', messages.text('import.option.from-kafka'))
    .addOption(
      new Option('--data <folder>', messages.text('import.option.data'))
        .env('NARU_DATA')
        .default('./naru-data')
    )
    .option('--dry-run', messages.text('option.dry-run'))
    .action(async (options: ImportOptions) => {
      const { importData } = await import('./import.ts')
      await importData(setting, options)
    })
  command.addHelpText(
    'after',
    examples(messages, [
      'naru import --from-kafka /var/lib/kafka/data --data ./naru-data --dry-run',
      'naru import --from-kafka /disk1/kafka,/disk2/kafka --data ./naru-data'
    ])
  )
}
