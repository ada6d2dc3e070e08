/** What the command needs of the process around it, so that tests can be that process. */
import type { Clock, Timers } from '@naru/base'

export interface Output {
  readonly isTerminal: boolean
  /** Width in characters; 80 where nobody knows. */
  readonly columns: number
  /** Resolves when more may be written; rejects with EPIPE when nobody reads any more. */
  write(data: string | Uint8Array): Promise<void>
}

export interface Input {
  readonly isTerminal: boolean
  /** Bytes as they come, to the end. */
  chunks(): AsyncIterable<Uint8Array>
  /** One line that a person types; undefined at the end of the input. */
  line(): Promise<string | undefined>
}

export interface Host {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly clock: Clock
  readonly timers: Timers
  /** Aborts at Ctrl-C and SIGTERM. A second Ctrl-C ends the process at once. */
  readonly interrupted: AbortSignal
  /** Fails with ENOENT and the like. */
  readFile(path: string): Promise<string>
  /** Keeps the compiled code for the next start, since a process that is killed does not get to it. */
  flushCompileCache(): void
  /** Milliseconds since the process started. */
  uptimeMs(): number
}

/** What a person types to run this command: npm and npx put it on nobody else's path. */
export function commandName(env: Host['env']): 'naru' | 'npx naru' {
  return env['npm_execpath'] === undefined && env['npm_command'] === undefined ? 'naru' : 'npx naru'
}

/** The reason with which `interrupted` aborts. */
export class Interrupted extends Error {
  readonly signal: string

  constructor(signal: string) {
    super(`interrupted by ${signal}`)
    this.name = 'Interrupted'
    this.signal = signal
  }
}

/** Colour, spinners and questions are for people: not in pipes, not in CI, not with NO_COLOR. */
export function isForPeople(output: Output, env: Host['env']): boolean {
  return output.isTerminal && !isSet(env['CI']) && env['TERM'] !== 'dumb'
}

export function wantsColor(output: Output, env: Host['env']): boolean {
  return isForPeople(output, env) && !isSet(env['NO_COLOR'])
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
