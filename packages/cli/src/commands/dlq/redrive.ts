/** `naru dlq redrive TOPIC` */
import { REDRIVES_MAX_DEFAULT, redrive } from '@naru/service/tools'
import { type ClientOptions, addClientOptions, withClient } from '../../client-session.ts'
import { confirm } from '../../confirm.ts'
import { examples } from '../../i18n/help-texts.ts'
import { type Format, addFormatOption, writeData } from '../../output/format.ts'
import type { Configure, Setting } from '../../program.ts'
import { wholeNumber } from '../../values/number.ts'

interface Options extends ClientOptions {
  readonly key?: string
  readonly rate?: number
  readonly redrivesMax: number
  readonly dryRun?: true
  readonly yes?: true
  readonly output: Format
}

const RATE_MAX = 1_000_000
const REDRIVES_MAX = 1_000_000

export const configureRedrive: Configure = (command, setting) => {
  const { messages } = setting
  command
    .argument('<topic>', messages.text('dlq.argument.topic'))
    .option('--key <key>', messages.text('dlq.option.key'))
    .option(
      '--rate <count>',
      messages.text('dlq.option.rate'),
      wholeNumber(messages, { min: 1, max: RATE_MAX })
    )
    .option(
      '--redrives-max <count>',
      messages.text('dlq.option.redrives-max'),
      wholeNumber(messages, { min: 1, max: REDRIVES_MAX }),
      REDRIVES_MAX_DEFAULT
    )
    .option('--dry-run', messages.text('option.dry-run'))
    .option('-y, --yes', messages.text('option.yes'))
    .action((topic: string, options: Options) => putBack(setting, topic, options))
    .addHelpText(
      'after',
      examples(messages, [
        'naru dlq redrive orders.barista.dlq --dry-run',
        'naru dlq redrive orders.barista.dlq --key o-1 --rate 100'
      ])
    )
  addFormatOption(addClientOptions(command, setting), setting)
}

function putBack(setting: Setting, topic: string, options: Options): Promise<void> {
  const { host, messages } = setting
  const { key, rate, redrivesMax, dryRun } = options
  return withClient(setting, options, { topic }, async (client, signal) => {
    await client.admin.describeTopic(topic, { signal })
    if (dryRun !== true) {
      await confirm(setting, messages.text('dlq.confirm-redrive', { topic }), options.yes === true)
    }
    const { timers } = host
    const result = await redrive(client, topic, { timers, signal, key, rate, redrivesMax, dryRun })
    const { redriven, guarded, cut, behind } = result
    const text = dryRun === true ? 'dlq.would-redrive' : 'dlq.redriven'
    await host.stderr.write(`${messages.text(text, { topic, redriven })}\n`)
    if (cut > 0) await host.stderr.write(`${messages.text('dlq.cut', { cut })}\n`)
    if (guarded + behind > 0) {
      await host.stderr.write(`${messages.text('dlq.left', { guarded, behind, max: redrivesMax })}\n`)
    }
    if (options.output !== 'table') await writeData(setting, options.output, [{ topic, ...result }])
  })
}
