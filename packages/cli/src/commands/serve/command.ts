/** `naru serve`: its flags. What they lead to is in `serve.ts`, which is loaded when the command runs. */
import { type Command, Option } from 'commander'
import { examples } from '../../i18n/help-texts.ts'
import type { Configure, Setting } from '../../program.ts'
import { pairs } from '../../values/key-value.ts'
import { DURABILITIES, type GivenSettings } from './settings.ts'

export interface ServeOptions {
  readonly listen?: string
  readonly advertise?: string
  readonly data?: string
  readonly durability?: string
  readonly metrics?: string
  readonly config?: string
  readonly X?: ReadonlyArray<readonly [string, string]>
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly output: 'text' | 'json'
}

/** Options that come from the environment too are told apart, because `-X` goes between them. */
export interface GivenOptions {
  readonly flags: GivenSettings
  readonly environment: GivenSettings
}

const GIVEN = ['listen', 'advertise', 'data', 'durability', 'metrics'] as const

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  // Defaults are only shown: flags, `-X`, the environment and the file are put in order before they apply.
  const add = (flags: string, description: string, env: string, shown?: string): void => {
    command.addOption(new Option(flags, description).default(undefined, shown).env(env))
  }
  add('--listen <host:port>', messages.text('serve.option.listen'), 'NARU_LISTEN', '127.0.0.1:9092')
  add('--advertise <host:port>', messages.text('serve.option.advertise'), 'NARU_ADVERTISE')
  add('--data <folder>', messages.text('serve.option.data'), 'NARU_DATA', './naru-data')
  command.addOption(
    new Option('--durability <mode>', messages.text('serve.option.durability'))
      .choices(DURABILITIES)
      .default(undefined, 'fsync')
      .env('NARU_DURABILITY')
  )
  add('--metrics <host:port>', messages.text('serve.option.metrics'), 'NARU_METRICS')
  add('--config <file>', messages.text('serve.option.config'), 'NARU_CONFIG')
  command
    .option('-X <name=value>', messages.text('serve.option.property'), pairs(messages))
    .addOption(
      new Option('--log-level <level>', messages.text('serve.option.log-level'))
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info')
        .env('NARU_LOG_LEVEL')
    )
    .addOption(
      new Option('-o, --output <format>', messages.text('serve.option.output'))
        .choices(['text', 'json'])
        .default('text')
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve.ts')
      await serve(setting, options, given(command, options))
    })
  addExamples(command, setting)
}

function addExamples(command: Command, { messages }: Setting): void {
  const lines = [
    'naru serve',
    'naru serve --listen 0.0.0.0:9092 --advertise broker.example:9092 --data /var/lib/naru',
    'naru serve --durability memory -X num.partitions=4 -X log.retention.ms=3600000',
    'naru serve --config server.properties --metrics 127.0.0.1:9464'
  ]
  command.addHelpText('after', examples(messages, lines))
}

function given(command: Command, options: ServeOptions): GivenOptions {
  const from = (source: string): GivenSettings =>
    Object.fromEntries(
      GIVEN.filter((name) => command.getOptionValueSource(name) === source).map((name) => [
        name,
        options[name]
      ])
    )
  return { flags: from('cli'), environment: from('env') }
}
