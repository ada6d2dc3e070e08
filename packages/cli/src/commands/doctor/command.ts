/** `naru doctor`: its flags. What they lead to is in `doctor.ts`, which is loaded when the command runs. */
import { examples } from '../../i18n/help-texts.ts'
import type { Configure } from '../../program.ts'
import { dataOption } from '../data-option.ts'

export interface DoctorOptions {
  readonly data: string
  readonly repair?: true
  readonly dryRun?: true
  readonly yes?: true
  readonly json?: true
}

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  command
    .addOption(dataOption(messages))
    .option('--repair', messages.text('doctor.option.repair'))
    .option('--dry-run', messages.text('option.dry-run'))
    .option('-y, --yes', messages.text('option.yes'))
    .option('--json', messages.text('doctor.option.json'))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts')
      await doctor(setting, options)
    })
  const lines = ['naru doctor --data ./naru-data', 'naru doctor --data ./naru-data --repair --dry-run']
  command.addHelpText('after', `${examples(messages, lines)}\n${messages.text('doctor.exit-codes')}\n`)
}
