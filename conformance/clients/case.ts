// The shape of a case and of what it says about a client.

import type { Client, Context } from './context.ts'

export type Outcome =
  | { readonly kind: 'passed'; readonly note?: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'not applicable'; readonly reason: string }

export interface Case {
  readonly name: string
  /** One sentence: what holds when the cell passes. */
  readonly shows: string
  /** Whether CI runs it; a case that does not fit there says why in the README. */
  readonly ci: boolean
  /** Clients by name; all when left out. */
  readonly only?: readonly string[]
  /** Runs for all clients at once, so that their waiting times overlap. */
  run(context: Context, clients: readonly Client[]): Promise<ReadonlyMap<string, Outcome>>
}

/** What a case tells beyond "passed"; most tell nothing. */
export type Note = string | undefined | void

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

/** Runs the same steps for every client side by side; a client that throws fails alone. */
export async function forEach(
  clients: readonly Client[],
  steps: (client: Client) => Promise<Note>
): Promise<Map<string, Outcome>> {
  const entries = clients.map(async (client): Promise<readonly [string, Outcome]> => {
    try {
      const note = await steps(client)
      return [client.name, { kind: 'passed', ...(typeof note === 'string' ? { note } : {}) }]
    } catch (error) {
      return [client.name, { kind: 'failed', message: messageOf(error) }]
    }
  })
  return new Map(await Promise.all(entries))
}

/** Throws with both values when they differ in content. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: ${left.slice(0, 400)} instead of ${right.slice(0, 400)}`)
}

export function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}
