// What a shop stands on where somebody else runs it: that it is there is seen before anything is started.
import { createClient } from '@naru/client'
import { Refused } from './refusal.ts'

/** An answer that takes longer is none. */
const ANSWER_MS_MAX = 5_000

export async function checkKafka(address: string): Promise<void> {
  try {
    await using client = createClient({ bootstrap: address, requestTimeoutMs: ANSWER_MS_MAX })
    await client.admin.describeCluster()
  } catch (error) {
    throw new Refused({ kind: 'no-kafka', address }, error)
  }
}
