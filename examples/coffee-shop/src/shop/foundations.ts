// What a shop stands on where somebody else runs it: that it is there is seen before anything is started.
import { errorCode } from '@naru/base'
import { Refused } from './refusal.ts'

/** An answer that takes longer is none. */
const ANSWER_MS_MAX = 5_000

export async function checkKafka(address: string): Promise<void> {
  // Read here, since most starts need neither.
  const { createClient } = await import('@naru/client')
  try {
    await using client = createClient({ bootstrap: address, requestTimeoutMs: ANSWER_MS_MAX })
    await client.admin.describeCluster()
  } catch (error) {
    throw new Refused({ kind: 'no-kafka', address }, error)
  }
}

export async function checkPostgres(url: string): Promise<void> {
  const { Client } = await import('pg')
  try {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS_MAX })
    client.on('error', () => undefined)
    await client.connect()
    await client.end()
  } catch (error) {
    throw new Refused({ kind: 'no-postgres', url, reason: reasonOf(error) }, error)
  }
}

/** A host with several addresses that all refuse has no message of its own. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message === '' ? (errorCode(error) ?? 'no reason given') : message
}
