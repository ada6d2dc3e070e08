/** Questions before something is lost, for people only; scripts said what they want. */
import { ExitCode } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { type Host, isForPeople } from './host.ts'
import type { Setting } from './program.ts'

/** Returns when the answer is yes, when `--yes` was given, or when nobody is there to ask; else ends the command. */
export async function confirm(setting: Setting, question: string, yes: boolean): Promise<void> {
  const { host, messages } = setting
  if (yes || !host.stdin.isTerminal || !isForPeople(host.stderr, host.env)) return
  await host.stderr.write(`${question} [y/N] `)
  const answer = (await Promise.race([host.stdin.line(), interruption(host)])) ?? ''
  if (/^\s*(y|yes|네|예|응|ㅇ)\s*$/i.test(answer)) return
  throw new Failure(ExitCode.refused, messages.text('confirm.declined'))
}

function interruption({ interrupted }: Host): Promise<never> {
  return new Promise((_resolve, reject) => {
    interrupted.addEventListener('abort', () => reject(interrupted.reason as Error), { once: true })
  })
}
