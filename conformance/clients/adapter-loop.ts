// The loop of an adapter written in TypeScript: one JSON command per line in, one answer or event per line out.

import { createInterface } from 'node:readline'
import { localErrorCode, type Operations, type WireAnswer, type WireError, type WireEvent } from './wire.ts'

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

/** Keeps members and streams by their session name. */
export class Sessions<T> {
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

/** Serves commands until the driver closes our input. `codeOf` finds Kafka's error code in the client's error. */
export function serve(operations: Operations, codeOf: ErrorCodeOf): void {
  const table: Partial<Record<string, (command: never) => Promise<object>>> = { ...operations }
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
