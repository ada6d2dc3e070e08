/** What all commands that talk to a broker share: `--bootstrap`, `--timeout`, the client and its end. */
import type { Client } from '@naru/client'
import { type Command, Option } from 'commander'
import { failureOf } from './failure.ts'
import { Interrupted } from './host.ts'
import type { Setting } from './program.ts'
import { bootstrapList } from './values/address.ts'
import { duration } from './values/number.ts'

const BOOTSTRAP_DEFAULT = '127.0.0.1:9092'
const TIMEOUT_DEFAULT_MS = 15_000

export interface ClientOptions {
  readonly bootstrap: string
  readonly timeout: number
}

export function addClientOptions(command: Command, { messages }: Setting): Command {
  return command
    .addOption(
      new Option('-b, --bootstrap <host:port>', messages.text('option.bootstrap'))
        .env('NARU_BOOTSTRAP')
        .argParser(bootstrapList(messages))
        .default(BOOTSTRAP_DEFAULT)
    )
    .addOption(
      new Option('--timeout <duration>', messages.text('option.timeout'))
        .env('NARU_TIMEOUT')
        .argParser(duration(messages))
        .default(TIMEOUT_DEFAULT_MS, '15s')
    )
}

/** Runs `work` with a client and tells its errors in the reader's language, about the topic or group given. */
export async function withClient(
  setting: Setting,
  options: ClientOptions,
  subject: { readonly topic?: string | undefined; readonly group?: string | undefined },
  work: (client: Client, signal: AbortSignal) => Promise<void>
): Promise<void> {
  const { host, messages } = setting
  const { createClient } = await import('@naru/client')
  const context = { bootstrap: options.bootstrap, ...subject }
  let client: Client | undefined
  try {
    client = createClient({
      bootstrap: options.bootstrap,
      clientId: 'naru-cli',
      requestTimeoutMs: options.timeout,
      connectTimeoutMs: Math.min(options.timeout, 5_000)
    })
    await work(client, host.interrupted)
  } catch (error) {
    if (error instanceof Interrupted || isBrokenPipe(error)) throw error
    throw failureOf(error, messages, context)
  } finally {
    await client?.close()
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}
