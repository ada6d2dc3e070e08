/**
 * Removes what the attackers made by accident: some of their frames are still valid, and a mutated CreatePartitions
 * asks for tens of thousands. Those are the broker's to keep; memory that stays after they are gone is not.
 */
import { Admin, MultipleErrors } from '@platformatic/kafka'
import { WITNESS_TOPIC } from './witness.ts'

const PAUSE_MS = 500
const UNKNOWN_TOPIC_OR_PARTITION = 3

export async function cleanUp(address: { host: string; port: number }, deadlineMs: number): Promise<number> {
  const admin = new Admin({ clientId: 'janitor', bootstrapBrokers: [`${address.host}:${address.port}`] })
  let removed = 0
  while (performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    const topics = (await admin.listTopics()).filter((topic) => topic !== WITNESS_TOPIC)
    if (topics.length > 0) removed += await remove(admin, topics)
  }
  await admin.close()
  return removed
}

/** Attackers delete topics too: one that is gone by now is no failure, and what is still there is met next time. */
async function remove(admin: Admin, topics: string[]): Promise<number> {
  try {
    await admin.deleteTopics({ topics })
    return topics.length
  } catch (error) {
    const isGone =
      error instanceof MultipleErrors && error.findBy('apiCode', UNKNOWN_TOPIC_OR_PARTITION) !== null
    if (isGone) return 0
    throw error
  }
}
