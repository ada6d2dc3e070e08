// The loop of an adapter written in TypeScript: one JSON command per line in, one answer or event per line out.

import { createInterface } from 'node:readline'
import {
  localErrorCode,
  type JoinCommand,
  type Operations,
  type StreamCommand,
  type StreamResult,
  type WireAnswer,
  type WireError,
  type WireEvent
} from './wire.ts'

type Line = WireAnswer | WireEvent

const write = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Sends an event of a session to the driver. */
export const tell = (event: WireEvent): void => write(event)

export const encode = (bytes: Uint8Array | string | null | undefined): string | null =>
  bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('base64')

export const decode = (text: string | null): Buffer | null =>
  text === null ? null : Buffer.from(text, 'base64')

/** A member of a group, which tells the driver assignments and records until it leaves. */
export interface Member {
  commit(): Promise<void>
  leave(): Promise<void>
}

/** A producer that sends one record after another until it is told to finish. */
export interface Stream {
  finish(): Promise<StreamResult>
}

/** What an adapter does with its client. */
export interface Client extends Pick<Operations, 'produce' | 'consume'> {
  readonly startMember: (command: JoinCommand) => Member | Promise<Member>
  readonly startStream: (command: StreamCommand) => Stream | Promise<Stream>
}

/** Keeps members and streams by their session name. */
class Sessions<T> {
  readonly #entries = new Map<string, T>()

  add(session: string, entry: T): void {
    this.#entries.set(session, entry)
  }

  get(session: string): T {
    const entry = this.#entries.get(session)
    if (entry === undefined) throw new Error(`no session ${session}`)
    return entry
  }

  take(session: string): T {
    const entry = this.get(session)
    this.#entries.delete(session)
    return entry
  }
}

export type ErrorCodeOf = (error: unknown) => number | undefined

function describe(error: unknown, codeOf: ErrorCodeOf): WireError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: codeOf(error) ?? localErrorCode, message }
}

interface CommandLine {
  readonly id: number
  readonly op: string
}

function operationsOf({ produce, consume, startMember, startStream }: Client): Operations {
  const members = new Sessions<Member>()
  const streams = new Sessions<Stream>()
  return {
    produce,
    consume,
    join: async (command) => {
      members.add(command.session, await startMember(command))
      return {}
    },
    commit: async ({ session }) => {
      await members.get(session).commit()
      return {}
    },
    leave: async ({ session }) => {
      await members.take(session).leave()
      return {}
    },
    'stream-start': async (command) => {
      streams.add(command.session, await startStream(command))
      return {}
    },
    'stream-stop': async ({ session }) => streams.take(session).finish()
  }
}

/** Serves commands until the driver closes our input. `codeOf` finds Kafka's error code in the client's error. */
export function serve(client: Client, codeOf: ErrorCodeOf): void {
  const table: Partial<Record<string, (command: never) => Promise<object>>> = { ...operationsOf(client) }
  const answer = async (command: CommandLine): Promise<void> => {
    try {
      const operation = table[command.op]
      if (operation === undefined) throw new Error(`no operation ${command.op}`)
      write({ id: command.id, ok: { ...(await operation(command as never)) } })
    } catch (error) {
      write({ id: command.id, error: describe(error, codeOf) })
    }
  }
  const input = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  input.on('line', (line) => void answer(JSON.parse(line) as CommandLine))
  // Open clients keep the loop alive; with the driver gone nobody needs them.
  input.on('close', () => process.exit(0))
}
