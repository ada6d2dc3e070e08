/** One run of the command, from its arguments to its exit code. Nothing is thrown from here. */
import { errorCode, languageOf } from '@naru/base'
import { CommanderError } from 'commander'
import { ExitCode } from './exit-codes.ts'
import { type Failure, failureOf } from './failure.ts'
import { type Host, Interrupted, commandName, wantsColor } from './host.ts'
import { type Messages, loadMessages } from './i18n/messages.ts'
import { usageFailure } from './i18n/usage-errors.ts'
import { createProgram, isAnswered } from './program.ts'

export async function run(host: Host): Promise<number> {
  const messages = await loadMessages(languageOf(host.env))
  const program = createProgram({ host, messages })
  try {
    await program.parseAsync(host.args.length === 0 ? ['--help'] : [...host.args], { from: 'user' })
    return ExitCode.ok
  } catch (error) {
    if (isAnswered(error)) return ExitCode.ok
    // Nobody reads any more (`| head`): that is the reader's way to say enough.
    if (errorCode(error) === 'EPIPE') return ExitCode.ok
    if (error instanceof Interrupted || host.interrupted.aborted) return ExitCode.interrupted
    const failure =
      error instanceof CommanderError
        ? usageFailure(error, messages, commandWords(host.args))
        : failureOf(error, messages)
    await tell(failure, host, messages).catch(() => undefined)
    return failure.exitCode
  }
}

/** The command's words before the first option or value, as far as they can be told apart without its table. */
function commandWords(args: readonly string[]): string {
  const names = new Set([
    'serve',
    'topic',
    'produce',
    'consume',
    'group',
    'dlq',
    'contract',
    'doctor',
    'export',
    'import'
  ])
  const [first = '', second = ''] = args
  if (!names.has(first)) return 'naru'
  const nested = ['topic', 'group', 'dlq', 'contract'].includes(first) && /^[a-z]+$/.test(second)
  return nested ? `naru ${first} ${second}` : `naru ${first}`
}

/** The next step as it can be typed here. Texts name commands as `naru serve`. */
function runnable(next: string, env: Host['env']): string {
  return next.replaceAll(
    /(?<!npx )\bnaru (?=--|serve|topic|produce|consume|group|dlq|contract|doctor|export|import)/g,
    `${commandName(env)} `
  )
}

async function tell(failure: Failure, host: Host, messages: Messages): Promise<void> {
  const label = `${messages.text('error.label')}:`
  const painted = wantsColor(host.stderr, host.env) ? `\u001b[31m${label}\u001b[39m` : label
  await host.stderr.write(`${painted} ${failure.message}\n`)
  if (failure.next !== undefined) {
    await host.stderr.write(`${messages.text('next.label')}: ${runnable(failure.next, host.env)}\n`)
  }
  const { cause } = failure
  const wantsStack = host.env['NARU_DEBUG'] !== undefined && host.env['NARU_DEBUG'] !== ''
  if (wantsStack && cause instanceof Error) await host.stderr.write(`${cause.stack ?? cause.message}\n`)
}
