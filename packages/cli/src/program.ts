/**
 * The tree of commands. Each top-level command loads its part when it is named, so that `naru serve` reads no code
 * of the others and `naru topic list` none of the broker.
 */
import { Command, CommanderError } from 'commander'
import { type Host, wantsColor } from './host.ts'
import type { MessageKey, Messages } from './i18n/messages.ts'
import { helpSettings } from './i18n/help-texts.ts'
import { version } from './version.ts'

/** What every command gets. */
export interface Setting {
  readonly host: Host
  readonly messages: Messages
}

/** Adds options, arguments and actions to a command that has only its name and description so far. */
export type Configure = (command: Command, setting: Setting) => void

interface TopLevelCommand {
  readonly name: string
  readonly description: MessageKey
  readonly load: () => Promise<{ readonly configure: Configure }>
}

const COMMANDS: readonly TopLevelCommand[] = [
  { name: 'serve', description: 'serve.description', load: () => import('./commands/serve/command.ts') },
  { name: 'topic', description: 'topic.description', load: () => import('./commands/topic/command.ts') },
  {
    name: 'produce',
    description: 'produce.description',
    load: () => import('./commands/records/produce.ts')
  },
  {
    name: 'consume',
    description: 'consume.description',
    load: () => import('./commands/records/consume.ts')
  },
  { name: 'group', description: 'group.description', load: () => import('./commands/group/command.ts') },
  { name: 'dlq', description: 'dlq.description', load: () => import('./commands/dlq/command.ts') },
  {
    name: 'contract',
    description: 'contract.description',
    load: () => import('./commands/contract/command.ts')
  },
  { name: 'doctor', description: 'doctor.description', load: () => import('./commands/doctor/command.ts') },
  { name: 'export', description: 'export.description', load: () => import('./commands/export/command.ts') },
  { name: 'import', description: 'import.description', load: () => import('./commands/import/command.ts') }
]

export function createProgram(setting: Setting): Command {
  const { host, messages } = setting
  const program = new Command('naru')
    .description(messages.text('naru.description'))
    .version(version, '-V, --version', messages.text('option.version'))
    .helpOption('-h, --help', messages.text('option.help'))
    // Its own would not load the command that help is asked for.
    .helpCommand(false)
    .configureHelp(helpSettings(messages))
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      // Errors are told by `run`, in the reader's language.
      outputError: () => undefined,
      getOutHelpWidth: () => host.stdout.columns,
      getErrHelpWidth: () => host.stderr.columns,
      getOutHasColors: () => wantsColor(host.stdout, host.env),
      getErrHasColors: () => wantsColor(host.stderr, host.env)
    })
    .exitOverride()
  for (const { name, description } of COMMANDS)
    program.command(name).description(messages.lookup(description))
  addHelpCommand(program, setting)
  program.hook('preSubcommand', async (_program, command) => {
    const found = COMMANDS.find(({ name }) => name === command.name())
    if (found !== undefined) (await found.load()).configure(command, setting)
  })
  return program
}

/** `naru help topic create` is `naru topic create --help`. */
function addHelpCommand(program: Command, { messages }: Setting): void {
  program
    .command('help')
    .argument('[command...]', messages.text('help.argument'))
    .description(messages.text('help.description'))
    .action(async (names: readonly string[]) => {
      await program.parseAsync([...names, '--help'], { from: 'user' })
    })
}

/** Whether commander only said what it was asked to say (help, version). */
export function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0
}
