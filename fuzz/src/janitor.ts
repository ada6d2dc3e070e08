/**
 * Removes what the attackers made by accident: some of their frames are still valid, and a mutated CreatePartitions
 * asks for tens of thousands. Those are the broker's to keep; memory that stays after they are gone is not.
 */
import { Admin } from '@platformatic/kafka'
import { WITNESS_TOPIC } from './witness.ts'

const PAUSE_MS = 500

export async function cleanUp(address: { host: string; port: number }, deadlineMs: number): Promise<number> {
  const admin = new Admin({ clientId: 'janitor', bootstrapBrokers: [`${address.host}:${address.port}`] })
  let removed = 0
  while (performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const topics = (await admin.listTopics()).filter((topic) => topic !== WITNESS_TOPIC)
    if (topics.length === 0) continue
    await admin.deleteTopics({ topics })
    removed += topics.length
  }
  await admin.close()
  return removed
}
