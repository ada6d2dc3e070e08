/** What commander finds wrong with a command line, in the reader's language. It tells by code and English sentence. */
import type { CommanderError } from 'commander'
import { ExitCode } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { Messages } from './messages.ts'

/** What others call our options: Kafka's own commands, and the coffee shop. */
const optionsByOtherNames: ReadonlyMap<string, string> = new Map([
  ['--bootstrap-server', '--bootstrap'],
  ['--broker-list', '--bootstrap'],
  ['--from-beginning', '--from earliest'],
  ['--max-messages', '--max'],
  ['--port', '--listen']
])

/** `command` is the words that lead to the command, for the next step. */
export function usageFailure(error: CommanderError, messages: Messages, command: string): Failure {
  const names = [...error.message.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '')
  const suggestion =
    optionsByOtherNames.get(error.code === 'commander.unknownOption' ? (names[0] ?? '') : '') ??
    /\(Did you mean (?:one of )?(.+)\?\)/.exec(error.message)?.[1]
  const next =
    suggestion === undefined
      ? messages.text('next.help', { command: meantFolder(error, command) ?? `${command} --help` })
      : messages.text('next.did-you-mean', { suggestion })
  return new Failure(ExitCode.usage, sentence(error, names, messages), { next, cause: error })
}

/** A lone argument to a command that takes none is the data folder, which has a flag. */
function meantFolder({ code, message }: CommanderError, command: string): string | undefined {
  if (code !== 'commander.excessArguments' || !['naru doctor', 'naru serve'].includes(command))
    return undefined
  const folder = /got 1: (\S+)\.$/.exec(message)?.[1]
  return folder === undefined ? undefined : `${command} --data ${folder}`
}

function sentence(error: CommanderError, names: readonly string[], messages: Messages): string {
  const [name = '', value = ''] = names
  switch (error.code) {
    case 'commander.unknownOption':
      return messages.text('usage.unknown-option', { option: name })
    case 'commander.unknownCommand':
      return messages.text('usage.unknown-command', { command: name })
    case 'commander.missingArgument':
      return messages.text('usage.missing-argument', { argument: name })
    case 'commander.optionMissingArgument':
      return messages.text('usage.option-needs-value', { option: name })
    case 'commander.missingMandatoryOptionValue':
      return messages.text('usage.missing-option', { option: name })
    case 'commander.conflictingOption':
      return messages.text('usage.conflicting-options', { option: name, other: value })
    case 'commander.excessArguments':
      return messages.text('usage.excess-arguments', {
        details: /: ([^:]*)\.$/.exec(error.message)?.[1] ?? ''
      })
    case 'commander.invalidArgument':
      return invalidValue(error, names, messages)
    case 'commander.help':
      return messages.text('usage.missing-command')
    default:
      return error.message
  }
}

/** Our parsers give their reason already translated; choices come from commander in English. */
function invalidValue(error: CommanderError, names: readonly string[], messages: Messages): string {
  const fromEnv = error.message.includes('from env')
  const [first = '', second = '', third = ''] = names
  // Options are named before their value, arguments after it.
  const isOption = error.message.startsWith('error: option')
  const option = isOption ? first.replace(/ <.*$/, '') : second
  const value = isOption ? second : first
  const choices = /Allowed choices are (.+)\.$/.exec(error.message)?.[1]
  const own = /(?:is invalid|is invalid for argument '[^']*')\. (.+)$/s.exec(error.message)?.[1] ?? ''
  const ownReason = own === '' ? '' : `: ${own}`
  const reason = choices === undefined ? ownReason : messages.text('usage.choices', { choices })
  const from = fromEnv ? messages.text('usage.from-env', { name: third }) : ''
  return `${messages.text('usage.invalid-value', { option, value })}${from}${reason}`
}
